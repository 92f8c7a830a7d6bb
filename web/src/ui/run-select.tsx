import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { control } from "../api/control.ts";
import { formatMoment } from "../format/time.ts";

interface RunSelectProps {
  /** A run's id or "all"; undefined: the one that goes on now. */
  readonly value: string | undefined;
  readonly onChange: (run: string | undefined) => void;
}

/** Which run of the fleet is looked at. */
export function RunSelect({ value, onChange }: RunSelectProps) {
  const { data } = useQuery({ queryKey: ["runs"], queryFn: ({ signal }) => control.listRuns(undefined, signal) });
  const earlier = data?.runs.filter(({ id }) => id !== data.current) ?? [];
  return (
    <Select
      aria-label="Run"
      w={170}
      placeholder="This run"
      clearable
      data={[
        { value: "all", label: "All runs" },
        ...earlier.map(({ id, startMs }) => ({ value: id, label: `Run of ${formatMoment(startMs).slice(0, -4)}` })),
      ]}
      value={value ?? null}
      onChange={(run) => onChange(run ?? undefined)}
    />
  );
}
