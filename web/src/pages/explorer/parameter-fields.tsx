import { Stack, Title } from "@mantine/core";
import { SchemaForm } from "../../ui/schema-form.tsx";
import type { ApiParameter, ParameterPlace } from "./api-operations.ts";

const TITLES: Readonly<Record<ParameterPlace, string>> = { path: "Path", query: "Query", header: "Headers" };

interface ParameterFieldsProps {
  readonly place: ParameterPlace;
  readonly parameters: readonly ApiParameter[];
  readonly root: unknown;
  readonly tried: boolean;
  readonly values: Readonly<Record<string, unknown>>;
  readonly onChange: (values: Readonly<Record<string, unknown>>) => void;
}

/** The parameters of one place; nothing when there are none. */
export function ParameterFields({ place, parameters, root, tried, values, onChange }: ParameterFieldsProps) {
  const own = parameters.filter((parameter) => parameter.place === place);
  if (own.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={3}>{TITLES[place]}</Title>
      {own.map(({ name, required, schema, description }) => (
        <SchemaForm
          key={name}
          schema={schema}
          root={root}
          tried={tried}
          label={name}
          required={required}
          description={description}
          value={values[name]}
          onChange={(next) => onChange({ ...values, [name]: next })}
        />
      ))}
    </Stack>
  );
}
