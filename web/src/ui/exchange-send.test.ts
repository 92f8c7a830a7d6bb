import { describe, expect, it } from "vitest";
import type { ExchangeDetail } from "../api/types.ts";
import { draftOf, parseHeaders, requestOfDraft } from "./exchange-send.ts";

const body = { bytes: 2, truncated: false, encoding: "utf8", text: "{}" } as const;
const recorded = (more: Partial<ExchangeDetail["request"]> = {}) =>
  ({
    side: "server",
    service: "quotes",
    peer: "edge",
    method: "POST",
    url: "http://quotes.service/quotes?x=1",
    request: {
      headers: [
        ["host", "h"],
        ["content-type", "application/json"],
        ["cookie", "[redacted]"],
      ],
      body,
      ...more,
    },
  }) as unknown as ExchangeDetail;

describe("draftOf", () => {
  it("takes over what can be sent again, and names what cannot", () => {
    expect(draftOf(recorded())).toEqual({
      draft: {
        service: "quotes",
        method: "POST",
        target: "/quotes?x=1",
        headers: "content-type: application/json",
        body: "{}",
      },
      leftOut: ["cookie"],
      bodyIncomplete: false,
    });
  });

  it.each([
    ["cut", { ...body, truncated: true }],
    ["binary", { ...body, encoding: "base64" as const }],
    ["not kept", { ...body, text: "" }],
    ["without its secrets", { ...body, text: '{"card":"[redacted]"}' }],
  ])("says that a body is %s", (_, changed) => {
    expect(draftOf(recorded({ body: changed })).bodyIncomplete).toBe(true);
  });
});

describe("parseHeaders", () => {
  it("reads lines", () => {
    expect(parseHeaders("Accept: a\n\naccept: b:c\nX-Empty:")).toEqual({ accept: "a, b:c", "x-empty": "" });
  });

  it("names the line that is none", () => {
    expect(() => parseHeaders("a: b\nno header")).toThrow('"no header"');
    expect(() => parseHeaders(": b")).toThrow('": b"');
  });
});

it("sends no body where there is none, and only to a path", () => {
  const draft = { service: "a", method: "get", target: "/x", headers: "", body: "" };
  expect(requestOfDraft(draft)).toEqual({ service: "a", method: "GET", target: "/x", headers: {}, body: null });
  expect(() => requestOfDraft({ ...draft, target: "x" })).toThrow("begin with /");
});
