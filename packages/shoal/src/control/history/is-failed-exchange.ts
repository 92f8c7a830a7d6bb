import type { ExchangeSummary } from "../api/schemas/exchanges.ts";

/** How an exchange ends whose caller wanted no more of a stream. */
const LEFT = "CANCELLED";

/** Whether an exchange failed: by a 5xx, without a reply, or after its status had gone out well, as streams do. */
export function isFailedExchange({ status, error }: Pick<ExchangeSummary, "status" | "error">): boolean {
  return status === 0 || status >= 500 || (status < 400 && error !== "" && !error.startsWith(LEFT));
}

/** The same as a condition of SQL, and its parameters. */
export const FAILED_EXCHANGE_SQL = Object.freeze([
  "(status = ? OR status >= 500 OR (status < 400 AND error <> '' AND substr(error, 1, ?) <> ?))",
  Object.freeze([0, LEFT.length, LEFT]),
] as const);
