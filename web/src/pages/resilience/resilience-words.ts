import type { ResilienceEdge } from "../../api/types.ts";
import { formatRate, formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";

/** Such as "consecutive failures". */
export function reasonWords(reasons: readonly string[]): string {
  return reasons.map((reason) => reason.replaceAll("_", " ")).join(", ");
}

/** "in 3 s", or "now" when it is due. */
export function probeWords(probeAtMs: number, nowMs: number): string {
  const ms = probeAtMs - nowMs;
  return ms <= 0 ? "now" : `in ${Math.ceil(ms / 1_000)} s`;
}

/** "12 of 20 retries left"; why there is none to tell of. */
export function budgetWords({ retryBudget }: Pick<ResilienceEdge, "retryBudget">): string {
  if (retryBudget === null) return "not reported";
  return `${Math.floor(retryBudget.left)} of ${Math.round(retryBudget.max)} retries left`;
}

export interface PolicyRow {
  readonly name: string;
  readonly value: string;
  /** What it would be; undefined where the default applies. */
  readonly standard: string | undefined;
}

/** Every setting that applies, those that differ from the defaults first. */
export function policyRows(
  policy: Readonly<Record<string, string | number | boolean>>,
  defaults: Readonly<Record<string, string | number | boolean>>,
): readonly PolicyRow[] {
  const names = [...new Set([...Object.keys(policy), ...Object.keys(defaults)])];
  return names
    .map((name) => ({
      name,
      value: valueWords(name, policy[name] ?? defaults[name]),
      standard: name in policy && policy[name] !== defaults[name] ? valueWords(name, defaults[name]) : undefined,
    }))
    .sort((left, right) => Number(left.standard === undefined) - Number(right.standard === undefined));
}

/** By its unit, which the name tells: "deadlineMs" is 10 s, "budgetRatio" 20%. */
function valueWords(name: string, value: string | number | boolean | undefined): string {
  if (value === undefined) return "–";
  if (typeof value !== "number") return String(value);
  if (/Ms(First|Max|Min)?$/.test(name)) return formatDuration(value);
  if (/(Ratio|Share|Load)(Min|Max)?$/.test(name)) return formatShare(value);
  if (/PerSecond(Min|Max)?$/.test(name)) return `${formatRate(value)}/s`;
  return new Intl.NumberFormat("en").format(value);
}
