import type { FleetStatus, InstanceStatus, ServiceStatus } from "./contract.ts";
import type { ExchangeSummary } from "./schemas/exchanges.ts";
import type { FleetMap } from "./schemas/fleet-map.ts";
import type { LogEntry } from "./schemas/logs.ts";
import type { TraceSummary } from "./schemas/traces.ts";

/**
 * What `GET /api/v1/live` sends, as server-sent events named by the key, each with its value as JSON. The query says
 * which: `topics=fleet,map,traces,logs,exchanges`, and for the lists the filters of listTraces, listLogs and
 * listExchanges. A reader that is too slow is sent less, never late: `dropped` says how many it was not shown.
 */
export interface LiveEvents {
  /** Topic fleet: first whole, then on change. */
  readonly fleet: FleetStatus;
  /** Topic fleet: first all, then those that changed, rates once a second. */
  readonly services: RowChanges<ServiceStatus>;
  /** Topic fleet: likewise, 250 ms after a change. `gone` has instance ids. */
  readonly instances: RowChanges<InstanceStatus>;
  /** Topic map: whole, once a second when something changed. */
  readonly map: FleetMap;
  /** Traces that got new spans; one that is known already replaces the older. At most 100 each 250 ms. */
  readonly traces: { readonly traces: readonly TraceSummary[]; readonly dropped: number };
  /** At most 2 000 each 250 ms. */
  readonly logs: { readonly lines: readonly LogEntry[]; readonly dropped: number };
  /** At most 200 each 250 ms. */
  readonly exchanges: { readonly exchanges: readonly ExchangeSummary[]; readonly dropped: number };
}

/** Rows of a table that are new or other than before, and the names of those that are no more. */
export interface RowChanges<Row> {
  /** True when these are all rows there are: what is not among them is gone. */
  readonly all: boolean;
  readonly changed: readonly Row[];
  readonly gone: readonly string[];
}

export type LiveTopic = "fleet" | "map" | "traces" | "logs" | "exchanges";
