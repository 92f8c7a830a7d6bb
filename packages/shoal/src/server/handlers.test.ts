import { describe, expect, it } from "vitest";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { handlerTable } from "./handlers.ts";

const pair = contract("pair", { left: get("/left", {}), right: get("/right", {}) });
const context = arrivingContext(new AbortController().signal);

describe("handlerTable", () => {
  it.each([
    [{ left: () => {} }, "[SERVICE_FAILED] pair has no handler for right"],
    [{ left: () => {}, right: 1 }, "[SERVICE_FAILED] pair has no handler for right"],
    [undefined, "[SERVICE_FAILED] pair has no handler for left, right"],
    [
      { left: () => {}, rihgt: () => {} },
      "pair has no handler for right and has a handler for rihgt, which its contract does not know",
    ],
  ])("refuses %j", (handlers, message) => {
    expect(() => handlerTable(pair, handlers)).toThrow(message);
  });

  it("calls a handler as a method, so that a class may hold them", () => {
    class Pair {
      readonly word = "here";
      left() {
        return this.word;
      }
      right() {}
    }
    expect(handlerTable(pair, new Pair())("left")({}, context)).toBe("here");
  });
});
