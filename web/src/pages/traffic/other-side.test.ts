import { expect, it } from "vitest";
import type { ExchangeSummary } from "../../api/types.ts";
import { otherSideOf } from "./other-side.ts";

const call = (id: string, side: "client" | "server", more: Partial<ExchangeSummary> = {}) =>
  ({
    id,
    side,
    service: side === "client" ? "edge" : "quotes",
    peer: side === "client" ? "quotes" : "edge",
    method: "GET",
    operation: "getQuote",
    startMs: 1_000,
    durationMs: 20,
    ...more,
  }) as ExchangeSummary;

it("finds the call as the other side saw it, the nearest in time", () => {
  const all = [
    call("a", "client"),
    call("b", "server", { startMs: 1_800 }),
    call("c", "server", { startMs: 1_004, durationMs: 12 }),
    call("d", "server", { service: "rates", startMs: 1_001 }),
    call("e", "server", { method: "POST", startMs: 1_001 }),
  ];
  expect(otherSideOf(call("a", "client"), all)?.id).toBe("c");
  expect(otherSideOf(call("c", "server", { startMs: 1_004 }), all)?.id).toBe("a");
});

it("finds none that was long before, nor when nobody recorded it", () => {
  expect(otherSideOf(call("a", "client"), [call("b", "server", { startMs: -5_000 })])).toBeUndefined();
  expect(otherSideOf(call("a", "client", { peer: "api.example.com" }), [call("b", "server")])).toBeUndefined();
});
