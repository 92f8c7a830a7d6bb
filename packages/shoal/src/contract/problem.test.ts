import { describe, expect, it } from "vitest";
import { ERRORS, ShoalError, shoalError } from "../core/errors.ts";
import { errorOfReply, problemOf, problemReply, toShoalError } from "./problem.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const received = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorOfReply(
    { status, headers: { "content-type": "application/problem+json", ...headers }, body: undefined },
    bytes(body),
    "quotes",
  );

describe("problemOf", () => {
  it("makes an RFC 9457 document of an error, without its cause", () => {
    const error = shoalError("OVERLOADED", {
      message: "quotes is full",
      cause: new Error("secret"),
      details: { limit: 5 },
    });
    expect(problemOf(error, "quotes")).toEqual({
      type: "https://shoal.dev/errors/OVERLOADED",
      title: "OVERLOADED",
      status: 503,
      detail: "quotes is full",
      code: "OVERLOADED",
      hint: ERRORS.OVERLOADED.hint,
      details: { limit: 5 },
    });
  });

  it("gives an error of a contract the service's own type", () => {
    const error = new ShoalError("notFound", { message: "[x] quotes answered notFound", status: 404 });
    expect(problemOf(error, "quotes")).toEqual({
      type: "service:quotes/errors/notFound",
      title: "notFound",
      status: 404,
      detail: "[x] quotes answered notFound",
      code: "notFound",
    });
  });
});

describe("errorOfReply", () => {
  it("is the inverse of problemReply, but for who says it", () => {
    const error = shoalError("BODY_TOO_LARGE", { message: "the body is over 5 bytes", details: { bytesMax: 5 } });
    const reply = problemReply(error, "quotes");
    const back = errorOfReply(reply, reply.body as Uint8Array, "quotes");
    expect(back).toMatchObject({ code: "BODY_TOO_LARGE", status: 413, hint: error.hint, details: { bytesMax: 5 } });
    expect([back.message, back.origin]).toEqual(["[BODY_TOO_LARGE] quotes: the body is over 5 bytes", "quotes"]);
  });

  it("obeys x-shoal-retry: never, whatever the code says", () => {
    expect(received(503, { code: "OVERLOADED" }).retry).toBe("now");
    expect(received(503, { code: "OVERLOADED" }, { "x-shoal-retry": "never" }).retry).toBe("never");
    expect(received(500, "<html>", { "content-type": "text/html", "x-shoal-retry": "never" }).retry).toBe("never");
  });

  it.each([
    ["text", "oops", { "content-type": "text/plain" }],
    ["broken JSON", "{", {}],
    ["null", null, {}],
    ["a list", [1], {}],
    ["JSON without a code", { title: "no" }, {}],
    ["a code that is no text", { code: 7 }, {}],
  ])("makes UPSTREAM_FAILED of %s, with the status", (_, body, headers) => {
    expect(received(500, body, headers)).toMatchObject({ code: "UPSTREAM_FAILED", status: 500, retry: "later" });
    expect(received(404, body, headers)).toMatchObject({ code: "UPSTREAM_FAILED", status: 404, retry: "never" });
  });

  it("trusts no member of a document to be what it should be", () => {
    const error = received(500, { code: "constructor", detail: 5, hint: { a: 1 }, details: ["x"], status: "200" });
    expect(error).toMatchObject({ code: "constructor", status: 500, hint: "", details: {}, retry: "never" });
    expect(error.message).toBe("[constructor] quotes: constructor");
  });
});

describe("toShoalError", () => {
  it("keeps one that is one, and tells of another only where it was", () => {
    const error = shoalError("FORBIDDEN", { message: "no" });
    expect(toShoalError(error, "here")).toBe(error);
    expect(toShoalError("secret", "here")).toMatchObject({
      code: "INTERNAL",
      message: "[INTERNAL] here failed",
      cause: "secret",
    });
  });
});
