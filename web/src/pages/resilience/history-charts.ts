import type { ResilienceHistory } from "../../api/types.ts";
import { formatRate } from "../../format/number.ts";

interface Line {
  readonly label: string;
  readonly color: string;
  readonly values: readonly number[];
}

interface HistoryChart {
  readonly title: string;
  readonly lines: readonly Line[];
  /** For who cannot see the picture. */
  readonly summary: string;
}

/** Readable on both themes. Of each chart those lines are drawn of which anything happened; of the first always both. */
const CHARTS = [
  {
    title: "Calls and requests per second",
    always: true,
    lines: [
      ["call", "calls", "#178ca4"],
      ["attempt", "requests", "#8a63d2"],
    ],
  },
  {
    title: "What was done about it, per second",
    always: false,
    lines: [
      ["retry", "retries", "#178ca4"],
      ["requeue", "asked another at once", "#2f9e62"],
      ["hedge", "hedges", "#8a63d2"],
      ["fallback", "fallbacks", "#b7791f"],
      ["retry_denied", "not retried", "#d9383a"],
      ["ejected", "ejections", "#6b7785"],
    ],
  },
  {
    title: "Turned away or too late, per second",
    always: false,
    lines: [
      ["shed", "refused by the callee", "#b7791f"],
      ["throttled", "held back", "#8a63d2"],
      ["queue_full", "no connection free", "#178ca4"],
      ["no_instance", "no instance", "#6b7785"],
      ["attempt_timeout", "tries timed out", "#2f9e62"],
      ["deadline_exceeded", "calls out of time", "#d9383a"],
      ["fault", "injected faults", "#c0579b"],
    ],
  },
] as const;

/** The charts of an edge's last ten minutes; those without any line are left out. */
export function historyCharts({ fromMs, stepMs, perSecond }: ResilienceHistory): {
  readonly timesMs: readonly number[];
  readonly charts: readonly HistoryChart[];
} {
  const points = Math.max(0, ...Object.values(perSecond).map(({ length }) => length));
  const nothing = new Array<number>(points).fill(0);
  const charts = CHARTS.flatMap(({ title, always, lines }) => {
    const drawn = lines.flatMap(([event, label, color]): Line[] => {
      const values = perSecond[event] ?? (always ? nothing : undefined);
      return values === undefined ? [] : [{ label, color, values }];
    });
    return drawn.length === 0 ? [] : [{ title, lines: drawn, summary: summaryOf(drawn) }];
  });
  return { timesMs: nothing.map((_, index) => fromMs + index * stepMs), charts };
}

function summaryOf(lines: readonly Line[]): string {
  return lines.map(({ label, values }) => `${label} ${formatRate(values.at(-1) ?? 0)} a second now`).join(", ");
}
