import { exampleValue } from "../../ui/schema-form-example.ts";
import { initialValue } from "../../ui/schema-form-initial.ts";
import { shapeOf } from "../../ui/schema-form-schema.ts";
import type { ApiOperation, ApiParameter, ParameterPlace } from "./api-operations.ts";

/** What a person filled in for an operation. */
export interface OperationValues {
  /** By place and name; undefined or missing: left out. */
  readonly parameters: Readonly<Record<ParameterPlace, Readonly<Record<string, unknown>>>>;
  /** Further headers: "name: value", one a line. */
  readonly headers: string;
  readonly body: unknown;
  /** The body as text, while that is what is edited; undefined: the form is. */
  readonly bodyText: string | undefined;
}

/** What an operation's form begins with. @param root Its document. */
export function initialValues(operation: ApiOperation, root: unknown): OperationValues {
  const { body } = operation;
  const isJson = body !== undefined && /[/+]json\b/.test(body.contentType);
  return {
    parameters: {
      path: initialOf("path", operation, root),
      query: initialOf("query", operation, root),
      header: initialOf("header", operation, root),
    },
    headers: "",
    body: body?.required && isJson ? initialValue(body.schema, root) : undefined,
    bodyText: body !== undefined && !isJson ? "" : undefined,
  };
}

/** A request that could be tried as it is. @param root Its document. */
export function exampleValues(operation: ApiOperation, root: unknown, nowMs: number): OperationValues {
  const { body, parameters } = operation;
  const blank = initialValues(operation, root);
  const of = (place: ParameterPlace) =>
    Object.fromEntries(
      parameters
        .filter((one) => one.place === place && (one.required || place !== "header"))
        .map(({ name, schema }) => [name, exampleValue(schema, root, name, nowMs)]),
    );
  return {
    ...blank,
    parameters: { path: of("path"), query: of("query"), header: of("header") },
    body: body !== undefined && blank.bodyText === undefined ? exampleValue(body.schema, root, "", nowMs) : undefined,
  };
}

function initialOf(place: ParameterPlace, { parameters }: ApiOperation, root: unknown): Record<string, unknown> {
  const own = parameters.filter((one) => one.place === place && (one.required || "example" in one.schema));
  return Object.fromEntries(own.map(({ name, schema }) => [name, initialValue(schema, root)]));
}

/** A text from a URL or a header, as the parameter's schema has it. */
export function parameterValue({ schema }: ApiParameter, texts: readonly string[], root: unknown): unknown {
  const { type } = shapeOf(schema, root);
  const [first = ""] = texts;
  switch (type.kind) {
    case "array":
      return texts;
    case "number":
      return first.trim() === "" || Number.isNaN(Number(first)) ? first : Number(first);
    case "boolean":
      return first === "true" ? true : first === "false" ? false : first;
    case "choice":
      return type.values.find((one) => String(one) === first) ?? first;
    default:
      return first;
  }
}
