import type { ShoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { HEADER, JSON_TYPE } from "../../core/wire.ts";
import type { IntakeKind, IntakeResult } from "../history/history.ts";
import { isProtobuf } from "./decode-intake.ts";
import { messageField, textField, unsignedField } from "./protobuf-writer.ts";

const REJECTED_FIELD: Readonly<Partial<Record<IntakeKind, string>>> = {
  "otlp-traces": "rejectedSpans",
  "otlp-logs": "rejectedLogRecords",
  "otlp-metrics": "rejectedDataPoints",
};

const PROTOBUF_TYPE = "application/x-protobuf";
/** Seconds that a sender should wait when it is told to come again. */
const RETRY_AFTER_S = "1";

/**
 * The answer to a body that was taken, in the request's encoding: what was rejected of it is a partial success.
 * @param contentType Of the request.
 * @see https://opentelemetry.io/docs/specs/otlp/#otlphttp-response
 */
export function intakeReply(kind: IntakeKind, contentType: string, result: Omit<IntakeResult, "durations">): HttpReply {
  // What Zipkin's own server answers.
  if (kind === "zipkin-spans") return { status: 202, headers: {}, body: undefined };
  const { rejected, reason } = result;
  if (isProtobuf(typeOf(contentType))) {
    const partial = Buffer.concat([unsignedField(1, rejected), textField(2, reason)]);
    return protobufReply(200, rejected === 0 ? partial : messageField(1, partial));
  }
  const field = REJECTED_FIELD[kind] ?? "rejected";
  return jsonReply(200, rejected === 0 ? {} : { partialSuccess: { [field]: String(rejected), errorMessage: reason } });
}

/** Codes of google.rpc.Code by HTTP status. */
const RPC_CODES: Readonly<Record<number, number>> = {
  400: 3,
  401: 16,
  403: 7,
  413: 3,
  415: 3,
  429: 8,
  503: 14,
  504: 4,
};
const RPC_UNKNOWN = 2;

/**
 * The answer to a body that was refused, in the request's encoding: a google.rpc.Status. Senders try again after 429,
 * 502, 503 and 504 only.
 * @see https://opentelemetry.io/docs/specs/otlp/#failures
 */
export function intakeErrorReply(contentType: string, error: ShoalError): HttpReply {
  const code = RPC_CODES[error.status] ?? RPC_UNKNOWN;
  const message = error.hint === "" ? error.message : `${error.message} (${error.hint})`;
  const reply = isProtobuf(typeOf(contentType))
    ? protobufReply(error.status, Buffer.concat([unsignedField(1, code), textField(2, message)]))
    : jsonReply(error.status, { code, message });
  if (error.status !== 429 && error.status !== 503) return reply;
  return { ...reply, headers: { ...reply.headers, "retry-after": RETRY_AFTER_S } };
}

function typeOf(contentType: string): string {
  return contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "";
}

function protobufReply(status: number, body: Uint8Array): HttpReply {
  return { status, headers: { [HEADER.contentType]: PROTOBUF_TYPE }, body };
}

function jsonReply(status: number, value: unknown): HttpReply {
  return { status, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(JSON.stringify(value)) };
}
