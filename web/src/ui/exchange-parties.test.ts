import { expect, it } from "vitest";
import { isIdempotentMethod, isRedacted, partiesOf, targetOf } from "./exchange-parties.ts";

it("reads the direction of a call from the side that recorded it", () => {
  expect(partiesOf({ side: "client", service: "edge", peer: "quotes" })).toEqual({ from: "edge", to: "quotes" });
  expect(partiesOf({ side: "server", service: "quotes", peer: "edge" })).toEqual({ from: "edge", to: "quotes" });
});

it("knows which methods may be sent twice", () => {
  expect(["GET", "put", "DELETE", "POST", "PATCH"].map(isIdempotentMethod)).toEqual([true, true, true, false, false]);
});

it("takes the target out of a URL", () => {
  expect(targetOf("http://quotes.service/quotes/4%202?a=1#x")).toBe("/quotes/4%202?a=1");
  expect(targetOf("/quotes")).toBe("/quotes");
});

it("sees secrets that were cut out", () => {
  expect(["Bearer [redacted]", "?key=%5Bredacted%5D", "Bearer x"].map(isRedacted)).toEqual([true, true, false]);
});
