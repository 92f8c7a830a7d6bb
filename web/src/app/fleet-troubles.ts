import type { FleetStatus } from "../api/types.ts";
import { formatCount } from "../format/number.ts";

/** Something that the control plane cannot do, or did not keep. */
export interface FleetTrouble {
  readonly title: string;
  readonly text: string;
}

/** What people should know about what they are looking at: warnings of the control plane, and what is missing. */
export function fleetTroubles({
  warnings,
  history,
}: Pick<FleetStatus, "warnings" | "history">): readonly FleetTrouble[] {
  const { spans, logs, exchanges } = history.dropped;
  const dropped = [
    [spans, "span", "spans"],
    [logs, "log line", "log lines"],
    [exchanges, "exchange", "exchanges"],
  ] as const;
  const lost = dropped
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => `${formatCount(count)} ${count === 1 ? one : many}`);
  return [
    ...warnings.map((text) => ({ title: "Warning of the control plane", text })),
    ...(lost.length === 0
      ? []
      : [
          {
            title: "Telemetry was dropped",
            text: `${lost.join(", ")} came faster than they could be kept since the control plane started, so searches may miss some.`,
          },
        ]),
  ];
}
