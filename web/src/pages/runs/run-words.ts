import type { Run, RunDifference } from "../../api/types.ts";
import { formatCount, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";

type Side = NonNullable<RunDifference["before"]>;

/** Fewer requests than this say nothing about durations: see verdict.ts of the control plane. */
const COUNT_MIN = 20;

/** What became of an operation, in a sentence. */
export function explained({ before, after, verdict }: RunDifference): string {
  if (before === null || after === null) return onlyOnce(before, after);
  switch (verdict) {
    case "fails":
    case "mended":
      return upperFirst(`${failing(after)} now; ${failing(before)} before.`);
    case "slower":
    case "faster":
      return slowness(before, after, verdict === "slower" ? 1 : -1);
    default:
      return unchanged(before, after);
  }
}

function onlyOnce(before: Side | null, after: Side | null): string {
  if (after !== null) return `Was not called before; ${requests(after)} now.`;
  return before === null ? "" : `Is not called any more; ${requests(before)} before.`;
}

function slowness(before: Side, after: Side, way: 1 | -1): string {
  const part = movedPart(before, after, way);
  const [from, to] = [before[part], after[part]];
  if (from === null || to === null) return "";
  const who = part === "p50Ms" ? "Half of the requests take" : "One in a hundred takes";
  const limit = part === "p50Ms" ? "up to" : "more than";
  return `${who} ${limit} ${formatDuration(to)} now; ${formatDuration(from)} before.`;
}

/** The one that moved further that way; the other may have moved further yet, but the other way. */
function movedPart(before: Side, after: Side, way: 1 | -1): "p50Ms" | "p99Ms" {
  const moved = (part: "p50Ms" | "p99Ms") => way * (changeOf(before[part], after[part]) ?? 0);
  return moved("p50Ms") >= moved("p99Ms") ? "p50Ms" : "p99Ms";
}

function unchanged(before: Side, after: Side): string {
  const fewest = Math.min(before.requests, after.requests);
  if (fewest >= COUNT_MIN) return "No change beyond chance.";
  const when = before.requests <= after.requests ? "before" : "now";
  return `Only ${requestCount(fewest)} ${when}: too few to tell.`;
}

function upperFirst(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function failing(side: Side): string {
  const errors = Math.round(side.errorRatio * side.requests);
  return errors === 0
    ? `none of ${requests(side)} failed`
    : `${formatShare(side.errorRatio)} of ${requests(side)} failed`;
}

function requests({ requests: count }: Side): string {
  return requestCount(count);
}

function requestCount(count: number): string {
  return `${formatCount(count)} ${count === 1 ? "request" : "requests"}`;
}

/** How many times longer (above 0) or shorter, as a power of two; null when it cannot be said. */
export function changeOf(before: number | null, after: number | null): number | null {
  return before === null || after === null || before <= 0 || after <= 0 ? null : Math.log2(after / before);
}

/** All of a comparison in a sentence. */
export function summaryOf(operations: readonly RunDifference[], newErrors: number): string {
  const count = (verdict: RunDifference["verdict"]) => operations.filter((one) => one.verdict === verdict).length;
  const parts = [
    [count("fails"), count("fails") === 1 ? "fails now" : "fail now"],
    [count("slower"), "became slower"],
    [count("faster"), "became faster"],
    [count("mended"), count("mended") === 1 ? "no longer fails" : "no longer fail"],
    [count("new"), count("new") === 1 ? "is new" : "are new"],
    [count("gone"), count("gone") === 1 ? "is gone" : "are gone"],
    [newErrors, newErrors === 1 ? "error is new in the logs" : "errors are new in the logs"],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (operations.length === 0) return "Neither run has served a request.";
  return said.length === 0
    ? `Nothing changed in ${operations.length} ${operations.length === 1 ? "operation" : "operations"}.`
    : `${said.join(", ")}.`;
}

/** The two runs to compare unless the URL says otherwise: the one that goes on now, and the one before it. */
export function chosenRuns(
  runs: readonly Run[],
  asked: { readonly before?: string; readonly after?: string },
): { readonly before: string | undefined; readonly after: string | undefined } {
  const after = asked.after ?? runs.find(({ id }) => id !== asked.before)?.id;
  const at = runs.findIndex(({ id }) => id === after);
  return { after, before: asked.before ?? runs.slice(at + 1)[0]?.id };
}

/** The longest part of a pattern that each of its lines has, to search for. */
export function searchableText(pattern: string): string {
  return pattern
    .split(/…|<[a-z]+>|\*/)
    .map((part) => part.trim())
    .reduce((longest, part) => (part.length > longest.length ? part : longest), "");
}

/** What concerns people most comes first. */
const ORDER: readonly RunDifference["verdict"][] = ["fails", "slower", "new", "gone", "mended", "faster", "same"];

export function byConcern(operations: readonly RunDifference[]): readonly RunDifference[] {
  return operations.toSorted((left, right) => ORDER.indexOf(left.verdict) - ORDER.indexOf(right.verdict));
}
