import { describe, expect, it } from "vitest";
import { use } from "../../client/use.ts";
import { contract } from "../../contract/contract.ts";
import { get } from "../../contract/operation.ts";
import type { ShoalError } from "../../core/errors.ts";
import { serve } from "../../server/serve.ts";
import { createWorld } from "./world.ts";

const edge = contract("edge", { show: get("/show", {}) });
const quotes = contract("quotes", { getQuote: get("/quotes", {}) });
const rates = contract("rates", { getRate: get("/rates", {}) });

/** edge -> quotes -> rates, one instance each; what a caller of edge is told. */
async function errorOfChain(handleRate: () => Promise<void>, options = {}): Promise<ShoalError> {
  const world = createWorld();
  await world.start("rates", () => serve(rates, { getRate: handleRate }));
  await world.start("quotes", () => {
    const { getRate } = use(rates);
    return serve(quotes, { getQuote: () => getRate() });
  });
  await world.start("edge", () => {
    const { getQuote } = use(quotes);
    return serve(edge, { show: () => getQuote() });
  });
  const shop = world.join("shop").use(edge);
  return world.until(
    shop.show({}, options).then(
      () => Promise.reject(new Error("it did not fail")),
      (cause: ShoalError) => cause,
    ),
  );
}

describe("the error of a chain of calls", () => {
  it("shows at its top where it really failed", async () => {
    const error = await errorOfChain(() => Promise.reject(new Error("secret")));
    expect(error.details).toMatchObject({
      service: "edge",
      operation: "show",
      instance: "edge-1",
      hops: [
        { service: "quotes", operation: "getQuote", instance: "quotes-1", code: "UPSTREAM_FAILED" },
        { service: "rates", operation: "getRate", instance: "rates-1", code: "INTERNAL" },
      ],
    });
    expect(error.message).toContain(
      "quotes.getQuote at quotes-1 [UPSTREAM_FAILED] > rates.getRate at rates-1 [INTERNAL]",
    );
    expect(error.message).not.toContain("secret");
  });

  it("shows where the time went", async () => {
    const error = await errorOfChain(() => new Promise(() => {}), { deadlineMs: 500 });
    expect(error).toMatchObject({ code: "DEADLINE_EXCEEDED", retry: "never" });
    expect(error.details).toMatchObject({
      deadlineMs: 500,
      hops: [
        { service: "quotes", operation: "getQuote", code: "DEADLINE_EXCEEDED" },
        { service: "rates", operation: "getRate", instance: "rates-1", code: "DEADLINE_EXCEEDED" },
      ],
    });
  });
});
