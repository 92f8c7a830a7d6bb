import { problemsOf } from "../../ui/schema-form-check.ts";
import type { ApiOperation } from "./api-operations.ts";

/** A text as JSON, when it is; "" is no body at all. */
export function parsedBody(text: string): {
  readonly isJson: boolean;
  readonly value: unknown;
  readonly problem: string;
} {
  if (text.trim() === "") return { isJson: true, value: undefined, problem: "" };
  try {
    return { isJson: true, value: JSON.parse(text), problem: "" };
  } catch (error) {
    return { isJson: false, value: undefined, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** What the service would most likely say about a body; undefined: nothing. It can be sent all the same. */
export function bodyTextProblem(
  text: string,
  body: NonNullable<ApiOperation["body"]>,
  root: unknown,
): string | undefined {
  const { isJson, value, problem } = parsedBody(text);
  if (!isJson) return `This is no JSON: ${problem}`;
  if (value === undefined) return body.required ? "A body is needed" : undefined;
  const found = problemsOf(body.schema, value, root)
    .slice(0, 3)
    .map(({ path, message }) => `${path || "the body"} ${message}`);
  return found.length === 0 ? undefined : found.join("; ");
}
