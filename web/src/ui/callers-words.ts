import { formatRate } from "../format/number.ts";

/** Named one by one up to this many. */
const NAMED_MAX = 4;

/** @param callers Those who have called it in the last seconds. */
export function callersWords(
  callers: readonly { readonly caller: string; readonly requestsPerSecond: number }[],
): string {
  if (callers.length === 0) return "Nobody has called it in the last seconds.";
  const sorted = callers.toSorted((left, right) => right.requestsPerSecond - left.requestsPerSecond);
  const named = sorted.slice(0, NAMED_MAX).map(({ caller }) => caller || "unknown callers");
  const more = sorted.length - named.length;
  const last = more > 0 ? `${more} more` : (named.pop() ?? "");
  const rate = sorted.reduce((sum, { requestsPerSecond }) => sum + requestsPerSecond, 0);
  const who = named.length === 0 ? last : `${named.join(", ")} and ${last}`;
  return `Called now by ${who}: ${formatRate(rate)} requests a second.`;
}
