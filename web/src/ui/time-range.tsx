import { Select } from "@mantine/core";

/** How far back; what a URL holds. */
const RANGES: Readonly<Record<string, { readonly label: string; readonly ms: number }>> = {
  "5m": { label: "Last 5 minutes", ms: 300_000 },
  "15m": { label: "Last 15 minutes", ms: 900_000 },
  "1h": { label: "Last hour", ms: 3_600_000 },
  "6h": { label: "Last 6 hours", ms: 21_600_000 },
  "24h": { label: "Last 24 hours", ms: 86_400_000 },
};

/** From when to look, in Unix ms, rounded to a second; undefined without a range. */
export function rangeStartMs(range: string | undefined, nowMs: number): number | undefined {
  const known = range === undefined ? undefined : RANGES[range];
  return known && Math.floor((nowMs - known.ms) / 1_000) * 1_000;
}

interface TimeRangeProps {
  readonly value: string | undefined;
  readonly onChange: (range: string | undefined) => void;
}

export function TimeRange({ value, onChange }: TimeRangeProps) {
  return (
    <Select
      aria-label="Time range"
      w={150}
      placeholder="Any time"
      clearable
      data={Object.entries(RANGES).map(([key, { label }]) => ({ value: key, label }))}
      value={value ?? null}
      onChange={(range) => onChange(range ?? undefined)}
    />
  );
}
