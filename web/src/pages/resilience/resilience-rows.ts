import type { Resilience, ResilienceEdge, ResilienceProblem, ResilienceService } from "../../api/types.ts";

/** A way between two services, with what concerns both. */
export interface ResilienceRow {
  readonly key: string;
  /** "" for callers that report nothing, such as a browser. */
  readonly caller: string;
  readonly callee: string;
  /** Undefined when no caller reports. */
  readonly edge: ResilienceEdge | undefined;
  /** How the callee protects itself; undefined when it does not report. */
  readonly service: ResilienceService | undefined;
  /** Of the caller and of the callee, the worst first. */
  readonly problems: readonly ResilienceProblem[];
}

/** What is no reason to look at an edge: it happens with every call, or mends things. */
const ORDINARY: ReadonlySet<string> = new Set(["call", "attempt", "coalesced", "readmitted"]);

/** All ways, those in trouble first. A service that nobody reports to call has a row of its own when it says anything. */
export function resilienceRows({ edges, services }: Pick<Resilience, "edges" | "services">): readonly ResilienceRow[] {
  const byName = new Map(services.map((one) => [one.service, one]));
  const called = new Set(edges.map(({ callee }) => callee));
  const rows = [
    ...edges.map((edge) => rowOf(edge.caller, edge.callee, edge, byName.get(edge.callee))),
    ...services
      .filter((one) => !called.has(one.service) && isServing(one))
      .map((one) => rowOf("", one.service, undefined, one)),
  ];
  return rows.sort((left, right) => concern(right) - concern(left) || load(right) - load(left));
}

/** A process that only calls others reports nothing that is of interest here. */
function isServing({ shed, problems, inFlight, waiting }: ResilienceService): boolean {
  return shed.length > 0 || problems.length > 0 || inFlight > 0 || waiting > 0;
}

function rowOf(
  caller: string,
  callee: string,
  edge: ResilienceEdge | undefined,
  service: ResilienceService | undefined,
): ResilienceRow {
  // Whom a service sheds may be others: calls that are critical are well while it refuses the rest.
  const isWell = edge?.problems.length === 0;
  const ofCallee = (service?.problems ?? []).map((one) => ({
    ...one,
    level: isWell ? ("warn" as const) : one.level,
    text: `${callee}: ${one.text}`,
  }));
  const all = [...(edge?.problems ?? []), ...ofCallee];
  const problems = [...all.filter(({ level }) => level === "bad"), ...all.filter(({ level }) => level === "warn")];
  return { key: keyOf(caller, callee), caller, callee, edge, service, problems };
}

export function keyOf(caller: string, callee: string): string {
  return `${caller} ${callee}`;
}

export function isTroubled({ problems }: ResilienceRow): boolean {
  return problems.length > 0;
}

/** Whether anything was retried, ejected, held back, refused or injected in the last ten minutes. */
export function wasDisturbed({ edge, service }: ResilienceRow): boolean {
  const events = Object.keys(edge?.tenMinutes ?? {});
  return (
    events.some((event) => !ORDINARY.has(event)) || (edge?.ejected.length ?? 0) > 0 || (service?.shed.length ?? 0) > 0
  );
}

function concern({ problems }: ResilienceRow): number {
  return problems.reduce((sum, { level }) => sum + (level === "bad" ? 100 : 1), 0);
}

function load({ edge }: ResilienceRow): number {
  return edge?.callsPerSecond ?? 0;
}
