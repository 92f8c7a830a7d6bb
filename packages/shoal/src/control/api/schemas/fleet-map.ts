import { z } from "zod";
import { Red } from "./common.ts";

/** A service, or something outside that is called or calls, on the map. */
export const MapNode = z.object({
  name: z.string(),
  kind: z.enum(["service", "external", "unknown-caller"]),
  instances: z.number().int(),
  ready: z.number().int(),
  /** Failed requests, failed calls and error lines of the last minute. */
  problems: z.number().int(),
  ...Red,
});
export type MapNode = z.infer<typeof MapNode>;

/** Calls from one to another, over the last seconds. */
export const MapEdge = z.object({ caller: z.string(), callee: z.string(), ...Red });
export type MapEdge = z.infer<typeof MapEdge>;

export const FleetMap = z.object({ nodes: z.array(MapNode), edges: z.array(MapEdge) });
export type FleetMap = z.infer<typeof FleetMap>;

/** One operation of a service: from its contract when it has one, and from its traffic. */
export const OperationStatus = z.object({
  operation: z.string(),
  /** "" when only traffic told of it. */
  method: z.string(),
  path: z.string(),
  summary: z.string(),
  ...Red,
});
export type OperationStatus = z.infer<typeof OperationStatus>;

export const ServiceDetail = z.object({
  service: z.string(),
  operations: z.array(OperationStatus),
  callers: z.array(MapEdge),
  callees: z.array(MapEdge),
});
export type ServiceDetail = z.infer<typeof ServiceDetail>;

/** What happened in one step of time. */
export const SeriesPoint = z.object({ timeMs: z.number(), ...Red });
export type SeriesPoint = z.infer<typeof SeriesPoint>;

/** One line of a chart: a value of one instance, such as its memory. */
export const GaugeSeries = z.object({
  instance: z.string(),
  /** As its exporter named it, such as "process.memory.usage". */
  name: z.string(),
  /** UCUM, such as "By" or "s"; "1" is a plain number. */
  unit: z.string(),
  attributes: z.record(z.string(), z.string()),
  points: z.array(z.tuple([z.number(), z.number()])),
});
export type GaugeSeries = z.infer<typeof GaugeSeries>;
