import { Checkbox, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { ArrayField } from "./schema-form-array.tsx";
import { initialValue } from "./schema-form-initial.ts";
import { ObjectField } from "./schema-form-object.tsx";
import type { FieldProps } from "./schema-form-place.ts";
import { JsonField, ScalarField } from "./schema-form-scalar.tsx";
import { type SchemaShape, shapeOf } from "./schema-form-schema.ts";
import { VariantsField } from "./schema-form-variants.tsx";

/** Deeper than this a form is harder to read than JSON; a schema may also refer to itself. */
const DEPTH_MAX = 8;

/** One field by its schema; what may be null has a box for it. */
export function SchemaFieldView(props: FieldProps) {
  const { schema, at, label, value, onChange } = props;
  const shape = shapeOf(schema, at.root);
  const text = { ...props, label: shape.title && label === "" ? shape.title : label };
  if (!shape.nullable) return <Kind props={text} shape={shape} />;
  const isNull = value === null;
  return (
    <Group gap="xs" align="flex-start" wrap="nowrap">
      <div style={{ flex: 1, minWidth: 0 }}>
        <Kind props={text} shape={shape} />
      </div>
      <Checkbox
        size="xs"
        mt={24}
        label="null"
        aria-label={`${label} is null`}
        checked={isNull}
        onChange={() => onChange(isNull ? initialValue(shape.schema, at.root) : null)}
      />
    </Group>
  );
}

function Kind({ props, shape }: { readonly props: FieldProps; readonly shape: SchemaShape }): ReactNode {
  const given = { ...props, description: props.description || shape.description };
  if (props.at.depth > DEPTH_MAX) return <JsonField {...given} />;
  switch (shape.type.kind) {
    case "object":
      return <ObjectField {...given} shape={shape} />;
    case "array":
      return <ArrayField {...given} shape={shape} />;
    case "variants":
      return <VariantsField {...given} shape={shape} />;
    case "any":
      return <JsonField {...given} />;
    default:
      return <ScalarField {...given} shape={shape} />;
  }
}
