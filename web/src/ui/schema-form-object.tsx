import { ActionIcon, Button, Group, Stack, TextInput } from "@mantine/core";
import { IconPlus, IconX } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./schema-form.module.css";
import { FieldFrame } from "./schema-form-frame.tsx";
import { initialValue } from "./schema-form-initial.ts";
import { type FieldProps, placeBelow } from "./schema-form-place.ts";
import { type JsonSchema, type SchemaShape, shapeOf } from "./schema-form-schema.ts";

type Members = Readonly<Record<string, unknown>>;

/** An object's members; one that may be left out is added first. */
export function ObjectField(props: FieldProps & { readonly shape: SchemaShape }) {
  const { at, shape, value, onChange, label, required, isBare = false } = props;
  if (shape.type.kind !== "object") return null;
  const { fields, others } = shape.type;
  const members: Members | undefined = isMembers(value) ? value : undefined;
  const change = (name: string, next: unknown) => {
    const { [name]: _, ...rest } = members ?? {};
    onChange(next === undefined ? rest : { ...rest, [name]: next });
  };
  const known = new Set(fields.map(({ name }) => name));
  const extra = Object.keys(members ?? {}).filter((name) => !known.has(name));
  return (
    <FieldFrame {...props} isRoot={isBare || (at.depth === 0 && label === "")}>
      {members === undefined ? (
        <AddButton
          label={label}
          onAdd={() => onChange(initialValue({ ...shape.schema, default: undefined }, at.root))}
        />
      ) : (
        <Stack gap="xs">
          {(isBare ? fields.filter((field) => !isDecided(field.schema, members[field.name], at.root)) : fields).map(
            (field) => (
              <at.Field
                key={field.name}
                at={placeBelow(at, field.name)}
                schema={field.schema}
                label={field.name}
                required={field.required}
                value={members[field.name]}
                onChange={(next) => change(field.name, next)}
              />
            ),
          )}
          {extra.map((name) => (
            <Group key={name} gap="xs" wrap="nowrap" align="flex-start">
              <div className={classes["grow"]}>
                <at.Field
                  at={placeBelow(at, name)}
                  schema={others ?? {}}
                  label={name}
                  required={false}
                  value={members[name]}
                  onChange={(next) => change(name, next ?? null)}
                />
              </div>
              <ActionIcon mt={22} aria-label={`Remove ${name}`} onClick={() => change(name, undefined)}>
                <IconX size={14} />
              </ActionIcon>
            </Group>
          ))}
          {others !== undefined && (
            <AddMember taken={new Set(Object.keys(members))} schema={others} root={at.root} onAdd={change} />
          )}
          {!required && !isBare && at.depth > 0 && (
            <div>
              <Button variant="subtle" color="gray" size="compact-xs" onClick={() => onChange(undefined)}>
                Leave out {label}
              </Button>
            </div>
          )}
        </Stack>
      )}
    </FieldFrame>
  );
}

function AddButton({ label, onAdd }: { readonly label: string; readonly onAdd: () => void }) {
  return (
    <Button variant="default" size="compact-xs" leftSection={<IconPlus size={12} />} onClick={onAdd}>
      Add {label || "a value"}
    </Button>
  );
}

interface AddMemberProps {
  readonly taken: ReadonlySet<string>;
  readonly schema: JsonSchema;
  readonly root: unknown;
  readonly onAdd: (name: string, value: unknown) => void;
}

function AddMember({ taken, schema, root, onAdd }: AddMemberProps) {
  const [name, setName] = useState("");
  const add = () => {
    if (name === "" || taken.has(name)) return;
    onAdd(name, initialValue(schema, root) ?? "");
    setName("");
  };
  return (
    <Group gap="xs">
      <TextInput
        aria-label="Name of a further member"
        placeholder="further name"
        value={name}
        error={taken.has(name) ? "There is one of this name" : undefined}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <Button variant="default" size="compact-xs" disabled={name === "" || taken.has(name)} onClick={add}>
        Add
      </Button>
    </Group>
  );
}

/** There is but one value that it can have, and it has it. */
function isDecided(schema: JsonSchema, value: unknown, root: unknown): boolean {
  const { type } = shapeOf(schema, root);
  return type.kind === "choice" && type.values.length === 1 && type.values[0] === value;
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
