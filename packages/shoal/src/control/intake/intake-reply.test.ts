import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { intakeErrorReply, intakeReply } from "./intake-reply.ts";

const bytesOf = ({ body }: HttpReply) => (body instanceof Uint8Array ? [...body] : []);
const jsonOf = (reply: HttpReply): unknown => JSON.parse(Buffer.from(bytesOf(reply)).toString());
const NONE = { accepted: 3, rejected: 0, reason: "" };
const SOME = { accepted: 2, rejected: 300, reason: "no" };

describe("the answer to an intake body", () => {
  it("is empty when all of it was taken, in the request's encoding", () => {
    expect(jsonOf(intakeReply("otlp-traces", "application/json; charset=utf-8", NONE))).toEqual({});
    const reply = intakeReply("otlp-traces", "application/x-protobuf", NONE);
    expect(reply).toMatchObject({ status: 200, headers: { "content-type": "application/x-protobuf" } });
    expect(bytesOf(reply)).toEqual([]);
  });

  it.each([
    ["otlp-traces", "rejectedSpans"],
    ["otlp-logs", "rejectedLogRecords"],
    ["otlp-metrics", "rejectedDataPoints"],
    ["exchanges", "rejected"],
  ] as const)("tells what of %s was rejected and why", (kind, field) => {
    expect(jsonOf(intakeReply(kind, "application/json", SOME))).toEqual({
      partialSuccess: { [field]: "300", errorMessage: "no" },
    });
  });

  it("tells it in protobuf: ExportTracePartialSuccess in field 1", () => {
    const reply = intakeReply("otlp-logs", "application/x-protobuf", SOME);
    expect(bytesOf(reply)).toEqual([0x0a, 7, 0x08, 0xac, 0x02, 0x12, 2, 0x6e, 0x6f]);
  });

  it("is 202 without a body for Zipkin, as its own server answers", () => {
    expect(intakeReply("zipkin-spans", "application/json", NONE)).toEqual({
      status: 202,
      headers: {},
      body: undefined,
    });
  });

  it("is a google.rpc.Status when the body was refused", () => {
    const error = shoalError("BODY_MALFORMED", { message: "cut off", hint: "whole" });
    const json = intakeErrorReply("application/json", error);
    expect(json.status).toBe(400);
    expect(jsonOf(json)).toEqual({ code: 3, message: "[BODY_MALFORMED] cut off (whole)" });
    const protobuf = intakeErrorReply("application/x-protobuf", error);
    expect(protobuf.headers).toEqual({ "content-type": "application/x-protobuf" });
    expect(bytesOf(protobuf).slice(0, 4)).toEqual([0x08, 3, 0x12, "[BODY_MALFORMED] cut off (whole)".length]);
  });

  it("says when to come again, if that can help", () => {
    const busy = intakeErrorReply("application/json", shoalError("OVERLOADED", { message: "full" }));
    expect(busy).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    const wrong = intakeErrorReply("", shoalError("UNSUPPORTED_MEDIA_TYPE", { message: "x" }));
    expect(wrong.headers).not.toHaveProperty("retry-after");
  });
});
