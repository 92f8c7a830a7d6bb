import type { ResilienceEdge, ResilienceProblem, ResilienceService } from "./schemas/resilience.ts";

type Kind = ResilienceProblem["kind"];
type Level = ResilienceProblem["level"];

/** More requests than this for each call are worth a word. */
const AMPLIFIED = 1.5;
/** Fewer calls a minute than this say nothing about it. */
const CALLS_MIN = 10;

/** What should be looked at on the way from one service to another, the worst first. */
export function edgeProblems(edge: Omit<ResilienceEdge, "problems">): ResilienceProblem[] {
  const { ejected, perSecond, lastMinute: counts, throttledShare } = edge;
  const all = edge.instances > 0 && ejected.length >= edge.instances;
  return worstFirst([
    problem("ejected", all ? "bad" : "warn", ejected.length > 0 && ejectedWords(edge)),
    problem("panic", "bad", edge.panicking > 0 && "most instances fail, so none is left out: calls go to all of them"),
    problem("no_instance", "bad", some(counts.no_instance) && `${calls(counts.no_instance)} found no instance`),
    problem("budget_spent", "bad", some(perSecond.retry_denied) && budgetWords(perSecond.retry_denied)),
    problem(
      "throttled",
      "bad",
      (throttledShare > 0 || some(perSecond.throttled)) &&
        `${throttledShare > 0 ? percent(throttledShare) : rate(perSecond.throttled)} of the calls held back, because most are refused`,
    ),
    problem("queue_full", "bad", some(counts.queue_full) && `${calls(counts.queue_full)} found no free connection`),
    problem(
      "out_of_time",
      "bad",
      some(counts.deadline_exceeded) && `${calls(counts.deadline_exceeded)} ran out of time`,
    ),
    problem("amplified", "warn", isAmplified(edge) && `${edge.attemptsPerCall?.toFixed(1)} requests for each call`),
    problem("fault", "warn", some(counts.fault) && `${times(counts.fault)} a fault was injected on purpose`),
  ]);
}

/** The same for what a service does with its callers. */
export function serviceProblems({
  shed,
  stressed,
  reporters,
}: Omit<ResilienceService, "problems">): ResilienceProblem[] {
  const shedding = shed.filter(({ reason, perSecond }) => perSecond > 0 && reason !== "draining");
  const perSecond = shedding.reduce((sum, one) => sum + one.perSecond, 0);
  const who = [...new Set(shedding.map(({ criticality }) => criticality))];
  return worstFirst([
    problem(
      "shedding",
      who.length === 1 && who[0] === "sheddable" ? "warn" : "bad",
      perSecond > 0 && `shedding ${who.join(" and ")} requests: ${rate(perSecond)} refused`,
    ),
    problem(
      "stressed",
      "warn",
      stressed > 0 &&
        `${stressed} of ${reporters} ${reporters === 1 ? "instance" : "instances"} overloaded, the newest served first`,
    ),
  ]);
}

/** Such as "consecutive failures". */
function reasonWords(reason: string): string {
  return reason.replaceAll("_", " ");
}

function ejectedWords({ ejected, instances }: Pick<ResilienceEdge, "ejected" | "instances">): string {
  const reasons = [...new Set(ejected.flatMap((one) => one.reasons))].map(reasonWords);
  const all = Math.max(instances, ejected.length);
  return `${ejected.length} of ${all} ${all === 1 ? "instance" : "instances"} ejected: ${reasons.join(", ")}`;
}

function budgetWords(deniedPerSecond = 0): string {
  return `retry budget spent: ${rate(deniedPerSecond)} not retried`;
}

function isAmplified({ attemptsPerCall, lastMinute }: Pick<ResilienceEdge, "attemptsPerCall" | "lastMinute">): boolean {
  return attemptsPerCall !== null && attemptsPerCall >= AMPLIFIED && (lastMinute.call ?? 0) >= CALLS_MIN;
}

function problem(kind: Kind, level: Level, text: string | false): ResilienceProblem[] {
  return text === false ? [] : [{ kind, level, text }];
}

function worstFirst(problems: readonly ResilienceProblem[][]): ResilienceProblem[] {
  const all = problems.flat();
  return [...all.filter(({ level }) => level === "bad"), ...all.filter(({ level }) => level === "warn")];
}

function some(count: number | undefined): boolean {
  return count !== undefined && count > 0;
}

function calls(count = 0): string {
  return `${count} ${count === 1 ? "call" : "calls"} in the last minute`;
}

function times(count = 0): string {
  return count === 1 ? "once in the last minute" : `${count} times in the last minute`;
}

function rate(perSecond = 0): string {
  return perSecond < 0.1 ? "fewer than 0.1/s" : `${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s`;
}

function percent(share: number): string {
  return share > 0 && share < 0.01 ? "less than 1%" : `${Math.round(share * 100)}%`;
}
