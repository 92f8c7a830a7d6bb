import { ERRORS } from "../../../../packages/shoal/src/core/errors.ts";
import type { SpanView } from "../../api/types.ts";
import type { TraceNode } from "./trace-tree.ts";

/** Why a span failed, for people. */
export interface SpanFailure {
  /** A code of Shoal's errors, an exception's type, or a status; "" when nothing says. */
  readonly type: string;
  readonly message: string;
  /** What to do next; "" when nobody knows. */
  readonly hint: string;
  readonly stack: string;
}

/** What the span itself and its last exception tell; undefined when it did not fail. */
export function failureOf(span: SpanView): SpanFailure | undefined {
  const exception = span.events.findLast(({ name }) => name === "exception")?.attributes ?? {};
  if (span.status !== "error" && Object.keys(exception).length === 0) return undefined;
  const type = textOf(span.attributes["error.type"]) || textOf(exception["exception.type"]) || statusOf(span);
  const message = span.statusMessage || textOf(exception["exception.message"]);
  return { type, message, hint: hintFor(type, message), stack: textOf(exception["exception.stacktrace"]) };
}

/** The failed span that a failed one ends in: the last of those that failed first, as failures go upwards. */
export function causeOf(node: TraceNode): TraceNode | undefined {
  let cause: TraceNode | undefined;
  for (let at = failedChild(node); at; at = failedChild(at)) cause = at;
  return cause;
}

/** Of several attempts the last: it decided. */
function failedChild({ children }: TraceNode): TraceNode | undefined {
  return children.findLast(({ span }) => span.status === "error");
}

function statusOf({ attributes }: SpanView): string {
  const status = textOf(attributes["http.response.status_code"]);
  return status === "" ? "" : `HTTP ${status}`;
}

/** By the code, which is the type or leads the message. */
function hintFor(type: string, message: string): string {
  const code = [type, /^([A-Z][A-Z_]+):/.exec(message)?.[1] ?? ""].find((one) => Object.hasOwn(ERRORS, one));
  return code === undefined ? "" : ERRORS[code as keyof typeof ERRORS].hint;
}

function textOf(value: unknown): string {
  return value === undefined ? "" : String(value);
}
