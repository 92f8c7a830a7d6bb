import { expect, it } from "vitest";
import type { ExchangeSummary } from "../../api/types.ts";
import { seenRequests } from "./seen-requests.ts";

const exchange = (id: string, method: string, path: string, status = 200) =>
  ({ id, method, url: `http://legacy.service${path}`, status }) as ExchangeSummary;

it("gives one request of each kind, whatever its ids and query", () => {
  const seen = seenRequests([
    exchange("1", "GET", "/orders/17?x=1"),
    exchange("2", "GET", "/orders/18"),
    exchange("3", "POST", "/orders"),
    exchange("4", "GET", "/orders/6f1c3a52-9d0e-4b7a-8f21-3c5d7e9a1b24/lines"),
    exchange("5", "GET", "/a%20b"),
  ]);
  expect(seen).toEqual([
    { id: "5", method: "GET", path: "/a%20b" },
    { id: "3", method: "POST", path: "/orders" },
    { id: "1", method: "GET", path: "/orders/…" },
    { id: "4", method: "GET", path: "/orders/…/lines" },
  ]);
});

it("takes one that succeeded rather than the newest", () => {
  const seen = seenRequests([exchange("1", "GET", "/a", 500), exchange("2", "GET", "/a"), exchange("3", "GET", "/a")]);
  expect(seen.map(({ id }) => id)).toEqual(["2"]);
});
