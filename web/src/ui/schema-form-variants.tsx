import { Select, Stack } from "@mantine/core";
import { useState } from "react";
import { problemsOf } from "./schema-form-check.ts";
import { FieldFrame } from "./schema-form-frame.tsx";
import { initialValue } from "./schema-form-initial.ts";
import type { FieldProps } from "./schema-form-place.ts";
import type { SchemaShape } from "./schema-form-schema.ts";

/** One of several schemas, by choice; of a value that was there before, the one that fits it best. */
export function VariantsField(props: FieldProps & { readonly shape: SchemaShape }) {
  const { at, shape, value, onChange, label, required } = props;
  const [chosen, setChosen] = useState<number>();
  if (shape.type.kind !== "variants") return null;
  const { variants } = shape.type;
  const index = value === undefined && !required ? undefined : (chosen ?? bestOf(props, variants));
  const choose = (text: string | null) => {
    const next = text === null ? undefined : Number(text);
    setChosen(next);
    onChange(next === undefined ? undefined : initialValue(variants[next]?.schema ?? {}, at.root));
  };
  const variant = index === undefined ? undefined : variants[index];
  return (
    <FieldFrame {...props}>
      <Stack gap="xs">
        <Select
          aria-label={`Kind of ${label || "value"}`}
          placeholder="left out"
          clearable={!required}
          allowDeselect={!required}
          data={variants.map(({ title }, one) => ({ value: String(one), label: title }))}
          value={index === undefined ? null : String(index)}
          onChange={choose}
        />
        {variant && (
          <at.Field
            key={index}
            at={{ ...at, depth: at.depth + 1 }}
            schema={variant.schema}
            label={variant.title}
            required
            isBare
            value={value}
            onChange={onChange}
          />
        )}
      </Stack>
    </FieldFrame>
  );
}

type Variants = readonly { readonly schema: FieldProps["schema"] }[];

function bestOf({ at, value }: FieldProps, variants: Variants): number {
  const counts = variants.map(({ schema }) => problemsOf(schema, value, at.root).length);
  return Math.max(0, counts.indexOf(Math.min(...counts)));
}
