import { expect, it } from "vitest";
import type { ViewedBody } from "./body-view-kind.ts";
import { hideSensitive } from "./hide-sensitive.ts";

const bodyOf = (value: unknown): ViewedBody => {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return { bytes: text.length, truncated: false, encoding: "utf8", text };
};
const headers = (sensitive: string, type = "application/json"): [string, string][] => [
  ["Content-Type", type],
  ["X-Shoal-Sensitive", sensitive],
];
const hidden = (value: unknown, sensitive: string) => {
  const { body, count } = hideSensitive(bodyOf(value), headers(sensitive));
  return { value: JSON.parse(body.text), count };
};

it("hides what the contract calls sensitive, in lists too", () => {
  const value = { id: 1, owner: { name: "Ada", age: 36 }, cards: [{ number: "4111", kind: "a" }, { number: null }] };
  expect(hidden(value, "/x/:id returns.owner.name returns.cards.number body.y")).toEqual({
    value: {
      id: 1,
      owner: { name: "[redacted]", age: 36 },
      cards: [{ number: "[redacted]", kind: "a" }, { number: null }],
    },
    count: 2,
  });
});

it("hides a whole reply, and a part with all below it", () => {
  expect(hidden([1, 2], "/x returns")).toEqual({ value: "[redacted]", count: 1 });
  expect(hidden({ a: { b: 1 }, c: 2 }, "/x returns.a")).toEqual({ value: { a: "[redacted]", c: 2 }, count: 1 });
});

it("hides it in each event of a stream", () => {
  const body = bodyOf('data: {"to":"ada@x.org","n":1}\n\n:\n\nevent: end\ndata: {}\n\n');
  const { body: shown, count } = hideSensitive(body, headers("/x returns.to", "text/event-stream"));
  expect(shown.text).toBe('data: {"to":"[redacted]","n":1}\n\n:\n\nevent: end\ndata: {}\n\n');
  expect(count).toBe(1);
});

it("leaves the same body where there is nothing to hide", () => {
  const body = bodyOf({ a: 1 });
  expect(hideSensitive(body, []).body).toBe(body);
  expect(hideSensitive(body, headers("/x body.a")).body).toBe(body);
  expect(hideSensitive(body, headers("/x returns.b %ZZ")).body).toBe(body);
  const text = bodyOf("no json");
  expect(hideSensitive(text, headers("/x returns.b")).body).toBe(text);
});

it("hides all of a body that was cut, for nobody knows where in it the values are", () => {
  const cut = { ...bodyOf('{"a":"sec'), truncated: true };
  expect(hideSensitive(cut, headers("/x returns.a")).body.text).toBe('"[redacted]"');
});

it("hides what lies deeper than anybody looks", () => {
  let deep: unknown = "secret";
  for (let index = 0; index < 200; index += 1) deep = [deep];
  expect(JSON.stringify(hidden(deep, "/x returns.a").value)).not.toContain("secret");
});
