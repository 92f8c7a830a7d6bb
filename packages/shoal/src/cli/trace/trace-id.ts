import { controlContract } from "../../control/api/contract.ts";
import type { Trace } from "../../control/api/schemas/traces.ts";
import { shoalError } from "../../core/errors.ts";
import { usage } from "../args.ts";
import type { ControlClient } from "../control-client.ts";
import { printable } from "../terminal/display-width.ts";

const TRACEPARENT = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-/;

/** A trace's id or the beginning of one, also out of a whole `traceparent`. Throws USAGE. */
function traceIdIn(given: string): string {
  const lower = given.trim().toLowerCase();
  const id = TRACEPARENT.exec(lower)?.[1] ?? lower;
  if (/^[0-9a-f]{8,32}$/.test(id)) return id;
  throw usage(
    `a trace's id is 8 to 32 hex digits, or a traceparent, got "${printable(given)}"`,
    "`shoal trace` lists the last ones.",
  );
}

/** The trace. Throws USAGE and TRACE_UNKNOWN. */
export async function findTrace(control: ControlClient, given: string): Promise<Trace> {
  const id = traceIdIn(given);
  try {
    return await control.getTrace({ params: { trace: id } });
  } catch (error) {
    if (!controlContract.errors.traceUnknown.is(error)) throw error;
    throw shoalError("TRACE_UNKNOWN", { message: `there is no trace ${id}, or several begin so`, cause: error });
  }
}

/**
 * The whole id of a trace that is to be filtered by; undefined when none was given. One that is given whole need not be
 * of a trace with spans. Throws USAGE and TRACE_UNKNOWN.
 */
export async function wholeTraceId(control: ControlClient, given: string | undefined): Promise<string | undefined> {
  if (given === undefined) return undefined;
  const id = traceIdIn(given);
  return id.length === 32 ? id : (await findTrace(control, id)).traceId;
}
