import { expect, it } from "vitest";
import { sensitiveHider } from "./hide-sensitive.ts";

const reply = (sensitive?: string) => ({
  headers: sensitive === undefined ? {} : { "x-shoal-sensitive": sensitive },
});

it("hides what the reply's header calls sensitive, and says how many", () => {
  const { hide, note } = sensitiveHider(reply("/students/:id returns.name returns.cards.number"), false);
  expect(note()).toBe("");
  expect(hide({ id: 1, name: "Ada", cards: [{ number: "4111", kind: "a" }, { number: null }] })).toEqual({
    id: 1,
    name: "[redacted]",
    cards: [{ number: "[redacted]", kind: "a" }, { number: null }],
  });
  expect(note()).toBe("2 sensitive values hidden (--reveal shows them)");
});

it("hides a whole reply, and counts over all items of a stream", () => {
  const { hide, note } = sensitiveHider(reply("/x returns"), false);
  expect([hide("a"), hide({ b: 1 })]).toEqual(["[redacted]", "[redacted]"]);
  expect(note()).toMatch(/^2 /);
  expect(sensitiveHider(reply("/x returns"), false).hide(undefined)).toBeUndefined();
});

it("leaves all as it is when asked to, and when nothing is sensitive", () => {
  const value = { name: "Ada" };
  for (const { hide, note } of [
    sensitiveHider(reply("/x returns.name"), true),
    sensitiveHider(reply("/x body.name"), false),
    sensitiveHider(reply(), false),
  ]) {
    expect(hide(value)).toEqual(value);
    expect(note()).toBe("");
  }
});

it("hides what lies deeper than anybody looks", () => {
  let deep: unknown = "secret";
  for (let index = 0; index < 200; index += 1) deep = [deep];
  expect(JSON.stringify(sensitiveHider(reply("/x returns.a"), false).hide(deep))).not.toContain("secret");
});
