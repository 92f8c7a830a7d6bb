import { ActionIcon, Button, Group, Stack } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import classes from "./schema-form.module.css";
import { FieldFrame } from "./schema-form-frame.tsx";
import { initialValue } from "./schema-form-initial.ts";
import { type FieldProps, placeBelow } from "./schema-form-place.ts";
import type { SchemaShape } from "./schema-form-schema.ts";

/** More items than this are better written as JSON. */
const ITEMS_MAX = 100;

/** A list: items are added at its end, and removed. */
export function ArrayField(props: FieldProps & { readonly shape: SchemaShape }) {
  const { at, shape, value, onChange, label, required } = props;
  if (shape.type.kind !== "array") return null;
  const { items: schema } = shape.type;
  const items: readonly unknown[] = Array.isArray(value) ? value : [];
  const remove = (index: number) => {
    const left = items.filter((_, one) => one !== index);
    onChange(left.length === 0 && !required ? undefined : left);
  };
  return (
    <FieldFrame {...props}>
      <Stack gap="xs">
        {items.slice(0, ITEMS_MAX).map((item, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: items have no other name
          <Group key={index} gap="xs" wrap="nowrap" align="flex-start">
            <div className={classes["grow"]}>
              <at.Field
                at={placeBelow(at, index)}
                schema={schema}
                label={`${label || "item"} ${index + 1}`}
                required
                value={item}
                onChange={(next) => onChange(items.map((one, other) => (other === index ? (next ?? null) : one)))}
              />
            </div>
            <ActionIcon mt={22} aria-label={`Remove ${label} ${index + 1}`} onClick={() => remove(index)}>
              <IconX size={14} />
            </ActionIcon>
          </Group>
        ))}
        <div>
          <Button
            variant="default"
            size="compact-xs"
            leftSection={<IconPlus size={12} />}
            disabled={items.length >= ITEMS_MAX}
            onClick={() => onChange([...items, initialValue(schema, at.root) ?? null])}
          >
            Add an item
          </Button>
        </div>
      </Stack>
    </FieldFrame>
  );
}
