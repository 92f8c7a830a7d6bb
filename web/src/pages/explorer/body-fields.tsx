import { Group, SegmentedControl, Stack, Text, Textarea, Title } from "@mantine/core";
import { SchemaForm } from "../../ui/schema-form.tsx";
import type { ApiOperation } from "./api-operations.ts";
import { bodyTextProblem, parsedBody } from "./body-text.ts";

interface BodyFieldsProps {
  readonly body: NonNullable<ApiOperation["body"]>;
  readonly root: unknown;
  readonly tried: boolean;
  readonly value: unknown;
  /** While the body is edited as text. */
  readonly text: string | undefined;
  readonly onChange: (value: unknown, text: string | undefined) => void;
}

/** A body as a form, or as the text that is sent. */
export function BodyFields({ body, root, tried, value, text, onChange }: BodyFieldsProps) {
  const isJson = /[/+]json\b/.test(body.contentType);
  const parsed = text === undefined ? undefined : parsedBody(text);
  const toText = () => onChange(value, value === undefined ? "" : JSON.stringify(value, null, 2));
  const toForm = () => parsed?.isJson && onChange(parsed.value, undefined);
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={3}>Body</Title>
        {isJson && (
          <SegmentedControl
            aria-label="Body as"
            value={text === undefined ? "form" : "text"}
            onChange={(to) => (to === "text" ? toText() : toForm())}
            data={[
              { value: "form", label: "Form", disabled: parsed?.isJson === false },
              { value: "text", label: "JSON" },
            ]}
          />
        )}
      </Group>
      {text === undefined ? (
        <SchemaForm
          schema={body.schema}
          root={root}
          tried={tried}
          value={value}
          onChange={(next) => onChange(next, undefined)}
          label=""
          required={body.required}
        />
      ) : (
        <>
          <Textarea
            aria-label="Body"
            autosize
            size="xs"
            minRows={6}
            maxRows={24}
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)", fontSize: 12 } }}
            value={text}
            error={isJson ? bodyTextProblem(text, body, root) : undefined}
            onChange={(event) => onChange(value, event.currentTarget.value)}
          />
          <Text size="xs" c="var(--shoal-text-quiet)">
            Sent as it is, as {body.contentType}.
          </Text>
        </>
      )}
    </Stack>
  );
}
