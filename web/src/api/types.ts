// The control plane's words, for the pages: types only, so that nothing of its code is bundled.
export type {
  FleetStatus,
  InstanceState,
  InstanceStatus,
  ServiceStatus,
} from "../../../packages/shoal/src/control/api/contract.ts";
export type { LiveEvents } from "../../../packages/shoal/src/control/api/live-events.ts";
export type { ExchangeDetail, ExchangeSummary } from "../../../packages/shoal/src/control/api/schemas/exchanges.ts";
export type { FaultInput, FaultStatus } from "../../../packages/shoal/src/control/api/schemas/faults.ts";
export type {
  FleetMap,
  GaugeSeries,
  MapEdge,
  MapNode,
  OperationStatus,
  SeriesPoint,
  ServiceDetail,
} from "../../../packages/shoal/src/control/api/schemas/fleet-map.ts";
export type { LogEntry, LogLevel } from "../../../packages/shoal/src/control/api/schemas/logs.ts";
export type {
  Resilience,
  ResilienceEdge,
  ResilienceHistory,
  ResilienceProblem,
  ResilienceService,
} from "../../../packages/shoal/src/control/api/schemas/resilience.ts";
export type { LogDifference, Run, RunDifference } from "../../../packages/shoal/src/control/api/schemas/runs.ts";
export type { SpanView, Trace, TraceSummary } from "../../../packages/shoal/src/control/api/schemas/traces.ts";
