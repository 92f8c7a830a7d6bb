import { describe, expect, it } from "vitest";
import type { HttpReply } from "../core/message.ts";
import { isPlainReply, type PlainReply, plainBody, plainHead } from "./plain-reply.ts";

const body = Buffer.from("{}");
const head = (reply: Partial<PlainReply>) =>
  plainHead({ status: 200, headers: {}, body: undefined, ...reply }, "Connection: keep-alive\r\n");

describe("plainHead", () => {
  it("writes status, headers, date, length and what becomes of the connection", () => {
    expect(head({ headers: { "content-type": "application/json", "set-cookie": ["a=1", "b=2"] }, body })).toMatch(
      /^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json\r\nset-cookie: a=1\r\nset-cookie: b=2\r\nDate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\ncontent-length: 2\r\nConnection: keep-alive\r\n\r\n$/,
    );
  });

  it("counts the body, whatever a header says of it", () => {
    expect(head({ headers: { "content-length": "7" }, body })).toContain("content-length: 2\r\n");
    expect(head({ headers: { "content-length": "7" }, body })).not.toContain("length: 7");
  });

  it("says the length of a body that is not sent, for HEAD, and none where there can be none", () => {
    expect(head({ headers: { "content-length": "7" } })).toContain("content-length: 7\r\n");
    expect(head({})).toContain("content-length: 0\r\n");
    expect(head({ status: 204 })).not.toContain("content-length");
    expect(head({ status: 304, body })).not.toContain("content-length");
  });

  it("leaves a date that the reply has", () => {
    expect(head({ headers: { date: "today" } }).match(/date/gi)).toHaveLength(1);
  });

  it.each(["a\nb", "a\r\nx: y", "a\0", "\u{1f600}"])("throws for the value %j, twice", (value) => {
    const bad = () => head({ headers: { "x-bad": value } });
    expect(bad).toThrow(/Invalid character in header/);
    expect(bad).toThrow(/Invalid character in header/);
  });

  it.each(["x y", "", "x:", "x\r\ny"])("throws for the name %j, twice", (name) => {
    const bad = () => head({ headers: { [name]: "a" } });
    expect(bad).toThrow(/valid HTTP token/);
    expect(bad).toThrow(/valid HTTP token/);
  });
});

describe("plainBody", () => {
  it("is left out of replies to HEAD, and of those that have none", () => {
    expect(plainBody({ status: 200, headers: {}, body }, "GET")).toBe(body);
    expect(plainBody({ status: 200, headers: {}, body }, "HEAD")).toBeUndefined();
    expect(plainBody({ status: 204, headers: {}, body }, "GET")).toBeUndefined();
  });
});

describe("isPlainReply", () => {
  const reply: HttpReply = { status: 200, headers: { "x-a": "1" }, body };

  it("is true for bytes in memory, and for nothing", () => {
    expect(isPlainReply(reply)).toBe(true);
    expect(isPlainReply({ ...reply, body: undefined })).toBe(true);
  });

  it("is false for a stream, for what frames a reply, and for what is no final status", () => {
    expect(isPlainReply({ ...reply, body: (async function* () {})() })).toBe(false);
    expect(isPlainReply({ ...reply, headers: { connection: "close" } })).toBe(false);
    expect(isPlainReply({ ...reply, headers: { "transfer-encoding": "chunked" } })).toBe(false);
    for (const status of [103, 0, 1_000, Number.NaN]) expect(isPlainReply({ ...reply, status })).toBe(false);
  });
});
