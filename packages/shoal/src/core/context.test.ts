import { expect, it } from "vitest";
import { arrivingContext } from "../transport/arrival.ts";
import { currentContext, runInContext } from "./context.ts";

it("runInContext gives its context to all that runs inside it, and to nothing else", async () => {
  const context = arrivingContext(new AbortController().signal);
  expect(currentContext()).toBeUndefined();
  const seen = await runInContext(context, async () => {
    await Promise.resolve();
    return currentContext();
  });
  expect(seen).toBe(context);
  expect(currentContext()).toBeUndefined();
});
