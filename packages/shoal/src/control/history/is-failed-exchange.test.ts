import { DatabaseSync } from "node:sqlite";
import { describe, expect, it } from "vitest";
import { FAILED_EXCHANGE_SQL, isFailedExchange } from "./is-failed-exchange.ts";

const CASES = [
  { what: "a reply", status: 200, error: "", failed: false },
  { what: "an answer that says no", status: 404, error: "", failed: false },
  { what: "a declared error", status: 422, error: "QUOTE_EXPIRED: it is too late", failed: false },
  { what: "a 5xx", status: 503, error: "", failed: true },
  { what: "no reply", status: 0, error: "CONNECTION_REFUSED: nobody listens", failed: true },
  { what: "a stream that broke off", status: 200, error: "CONNECTION_LOST: socket hang up", failed: true },
  { what: "a stream whose handler threw", status: 200, error: "INTERNAL: it failed", failed: true },
  { what: "a stream that its caller left", status: 200, error: "CANCELLED: the caller has gone", failed: false },
];

describe("a failed exchange", () => {
  it.each(CASES)("$what: $failed", ({ status, error, failed }) => {
    expect(isFailedExchange({ status, error })).toBe(failed);
  });

  it("is the same to the store", () => {
    using database = new DatabaseSync(":memory:");
    database.exec("CREATE TABLE exchanges (status INTEGER, error TEXT)");
    const insert = database.prepare("INSERT INTO exchanges VALUES (?, ?)");
    for (const { status, error } of CASES) insert.run(status, error);
    const [condition, values] = FAILED_EXCHANGE_SQL;
    const found = database.prepare(`SELECT status, error FROM exchanges WHERE ${condition}`).all(...values);
    expect(found.map(({ error, status }) => ({ error, status }))).toEqual(
      CASES.filter(({ failed }) => failed).map(({ error, status }) => ({ error, status })),
    );
  });
});
