import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { sampleExchange } from "../../testing/sample-exchange.ts";
import type { ExchangeDetail } from "../api/schemas/exchanges.ts";
import { migrate } from "../store/schema.ts";
import { inTransaction } from "../store/sqlite.ts";
import { BODIES_LOOKED_MAX } from "./exchange-body-search.ts";
import { HISTORY_DEFAULTS } from "./history-options.ts";
import { createHistoryReader } from "./history-reader.ts";
import { HISTORY_MIGRATIONS } from "./history-schema.ts";
import { createHistoryWriter } from "./history-writer.ts";

function storeOf(exchanges: readonly ExchangeDetail[]) {
  const database = new DatabaseSync(":memory:");
  migrate(database, HISTORY_MIGRATIONS);
  inTransaction(database, () => {
    const writer = createHistoryWriter(database, { id: "one", fleet: "f" }, 1_000, HISTORY_DEFAULTS);
    const decoded = exchanges.map((exchange) => ({ ...exchange, resource: {} }));
    const rest = { spans: [], logs: [], metrics: { durations: [], gauges: [] }, bytes: 0, rejected: 0, reason: "" };
    writer.decoded({ ...rest, exchanges: decoded, dropped: { spans: 0, logs: 0, exchanges: 0 } }, [], 1_000);
    writer.flush(1_000);
  });
  return createHistoryReader(database, "one");
}

const id = (number: number) => number.toString(16).padStart(32, "0");
const body = (text: string, encoding: "utf8" | "base64" = "utf8") => ({
  headers: [["x-note", "needle"]] as [string, string][],
  body: { bytes: text.length, truncated: false, encoding, text },
});

it("finds a text in the bodies of requests and replies, whatever its case, and nowhere else", () => {
  const reader = storeOf([
    sampleExchange({ id: id(1), request: body("a Needle in it"), reply: null }),
    sampleExchange({ id: id(2), request: body(""), reply: body('{"quoted":"say \\"needle\\""}') }),
    sampleExchange({ id: id(3), request: body("none"), reply: body("none"), url: "http://quotes.service/needle" }),
    sampleExchange({ id: id(4), request: body("needle", "base64"), reply: null }),
  ]);
  const found = (text: string) => reader.listExchanges({ body: text, limit: 10 }).exchanges.map((one) => one.id);
  expect(found("needle")).toEqual([id(2), id(1)]);
  expect(found('\\"NEEDLE')).toEqual([id(2)]);
  expect(found("nothing of it")).toEqual([]);
});

it("looks into so many at once, and goes on from there", () => {
  const count = BODIES_LOOKED_MAX + 5;
  const reader = storeOf(
    Array.from({ length: count }, (_, index) =>
      sampleExchange({ id: id(index + 1), request: body(index === 0 ? "needle" : "hay"), reply: null }),
    ),
  );
  const first = reader.listExchanges({ body: "needle", limit: 10 });
  expect([first.exchanges.length, first.next]).toEqual([0, "6"]);
  const second = reader.listExchanges({ body: "needle", limit: 10, cursor: first.next ?? "" });
  expect([second.exchanges.map((one) => one.id), second.next]).toEqual([[id(1)], null]);
  expect(reader.listExchanges({ body: "hay", limit: 3 })).toMatchObject({ exchanges: { length: 3 }, next: "2003" });
});
