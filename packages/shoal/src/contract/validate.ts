import type { StandardSchemaV1 } from "@standard-schema/spec";
import { prunerOf } from "./prune.ts";
import type { Schema, Validated } from "./schema.ts";

/** More issues than this are not listed: a hostile body must not make a huge reply. */
const ISSUES_MAX = 20;

/**
 * Runs a schema over a value, and drops what it does not declare. Stays synchronous when the schema does: most do, and
 * a promise costs.
 * @param at What the value is, the first word of every issue's path: "body", "query", …
 */
export function validate(schema: Schema, value: unknown, at: string): Validated | Promise<Validated> {
  const result = schema["~standard"].validate(value);
  return result instanceof Promise
    ? result.then((settled) => toValidated(schema, settled, at))
    : toValidated(schema, result, at);
}

function toValidated(schema: Schema, result: StandardSchemaV1.Result<unknown>, at: string): Validated {
  if (!result.issues) return { ok: true, value: prunerOf(schema)(result.value) };
  const issues = result.issues.slice(0, ISSUES_MAX).map((issue) => ({
    path: [at, ...(issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step))].join("."),
    message: issue.message,
  }));
  return { ok: false, issues };
}
