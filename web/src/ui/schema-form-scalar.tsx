import { Button, NumberInput, Select, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";
import type { FieldProps } from "./schema-form-place.ts";
import type { SchemaShape } from "./schema-form-schema.ts";

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  "date-time": "2026-01-31T12:00:00Z",
  date: "2026-01-31",
  time: "12:00:00",
  email: "name@example.com",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** A text, number, choice or truth value. Empty is left out where it may be. */
export function ScalarField(props: FieldProps & { readonly shape: SchemaShape }) {
  const { at, shape, value, onChange, label, required, description } = props;
  const common = {
    label: label || "value",
    // The star is not what makes a browser refuse: everything can be sent, to see what the service says.
    withAsterisk: required,
    description: description || undefined,
    error: at.problems.get(at.path),
    disabled: value === null,
    size: "xs",
  } as const;
  const { type } = shape;
  if (type.kind === "choice" || type.kind === "boolean") {
    const values = type.kind === "boolean" ? [true, false] : type.values;
    return (
      <Select
        {...common}
        clearable={!required}
        allowDeselect={!required}
        placeholder={hintOf(shape)}
        data={values.slice(0, 1_000).map((one, index) => ({ value: String(index), label: labelOf(one) }))}
        value={indexOf(values, value)}
        onChange={(index) => onChange(index === null ? undefined : values[Number(index)])}
      />
    );
  }
  if (type.kind === "number") {
    return (
      <NumberInput
        {...common}
        placeholder={hintOf(shape)}
        allowDecimal={!type.integer}
        value={typeof value === "number" ? value : ""}
        onChange={(next) => onChange(next === "" ? undefined : Number(next))}
      />
    );
  }
  const format = type.kind === "string" ? type.format : "";
  return (
    <TextInput
      {...common}
      placeholder={hintOf(shape) || PLACEHOLDERS[format]}
      spellCheck={false}
      value={typeof value === "string" ? value : ""}
      onChange={({ currentTarget: { value: text } }) => onChange(text === "" && !required ? undefined : text)}
      {...(format === "date-time"
        ? {
            rightSectionWidth: 48,
            rightSection: (
              <Button variant="subtle" size="compact-xs" onClick={() => onChange(new Date().toISOString())}>
                Now
              </Button>
            ),
          }
        : {})}
    />
  );
}

/** Any JSON, as text. While it is none the value stays as it was. */
export function JsonField({ at, value, onChange, label, required, description }: FieldProps) {
  const [draft, setDraft] = useState<string>();
  const [broken, setBroken] = useState("");
  const text = draft ?? (value === undefined ? "" : JSON.stringify(value, null, 2));
  const change = (next: string) => {
    setDraft(next);
    try {
      onChange(next.trim() === "" ? undefined : JSON.parse(next));
      setBroken("");
    } catch (error) {
      setBroken(error instanceof Error ? error.message : String(error));
    }
  };
  return (
    <Textarea
      label={label || "value"}
      description={description || "Any JSON"}
      withAsterisk={required}
      size="xs"
      autosize
      minRows={2}
      maxRows={14}
      spellCheck={false}
      styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
      value={text}
      error={broken || at.problems.get(at.path)}
      onChange={(event) => change(event.currentTarget.value)}
    />
  );
}

function hintOf(shape: SchemaShape): string {
  return shape.default === undefined ? "" : `${labelOf(shape.default)} unless given`;
}

function labelOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function indexOf(values: readonly unknown[], value: unknown): string | null {
  const index = values.findIndex((one) => JSON.stringify(one) === JSON.stringify(value));
  return index < 0 ? null : String(index);
}
