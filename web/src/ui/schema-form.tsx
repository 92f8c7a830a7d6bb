import { useMemo } from "react";
import { problemsOf, type SchemaProblem } from "./schema-form-check.ts";
import { SchemaFieldView } from "./schema-form-field.tsx";
import type { JsonSchema } from "./schema-form-schema.ts";

interface SchemaFormProps {
  readonly schema: JsonSchema;
  /** The document that "#" means. */
  readonly root: unknown;
  /** undefined: left out. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly label: string;
  readonly required: boolean;
  readonly description?: string;
  /** Also says what was left empty, such as after it was sent. */
  readonly tried: boolean;
}

/** Fields for a value of a schema. It warns of what the service would most likely refuse, and forbids nothing. */
export function SchemaForm({
  schema,
  root,
  value,
  onChange,
  label,
  required,
  description = "",
  tried,
}: SchemaFormProps) {
  const problems = useMemo(
    () => byPath((value === undefined ? missing(required) : problemsOf(schema, value, root)).filter(shown(tried))),
    [schema, value, root, required, tried],
  );
  return (
    <SchemaFieldView
      at={{ root, problems, path: "", depth: 0, Field: SchemaFieldView }}
      schema={schema}
      value={value}
      onChange={onChange}
      label={label}
      required={required}
      description={description}
    />
  );
}

function missing(required: boolean): readonly SchemaProblem[] {
  return required ? [{ path: "", message: "is needed", missing: true }] : [];
}

function byPath(problems: readonly SchemaProblem[]): ReadonlyMap<string, string> {
  return new Map(problems.toReversed().map(({ path, message }) => [path, message]));
}

function shown(tried: boolean): (problem: SchemaProblem) => boolean {
  return ({ missing: isMissing }) => tried || !isMissing;
}
