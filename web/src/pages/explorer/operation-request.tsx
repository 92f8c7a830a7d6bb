import { Button, Group, Stack, Text, Textarea, Title } from "@mantine/core";
import { type KeyboardEvent, useState } from "react";
import type { ApiOperation } from "./api-operations.ts";
import { BodyFields } from "./body-fields.tsx";
import { CurlButton } from "./curl-button.tsx";
import classes from "./explorer.module.css";
import { keptKey } from "./kept-key.ts";
import { exampleValues, initialValues, type OperationValues } from "./operation-values.ts";
import { ParameterFields } from "./parameter-fields.tsx";
import { requestOf } from "./request-of.ts";
import type { Made } from "./request-pane.tsx";
import { useKept } from "./use-kept.ts";

interface OperationRequestProps {
  readonly service: string;
  readonly operation: ApiOperation;
  /** The OpenAPI document. */
  readonly root: unknown;
  readonly onSend: (make: () => Made) => Promise<void>;
  readonly sending: boolean;
}

/** An operation's form. */
export function OperationRequest({ service, operation, root, onSend, sending }: OperationRequestProps) {
  const key = keptKey(service, operation.id);
  const [values, setValues] = useKept<OperationValues>(key, () => initialValues(operation, root));
  const make = () => ({ request: requestOf(service, operation, values), filled: values });
  const hasFields = operation.parameters.length > 0 || operation.body !== undefined;
  const [tried, setTried] = useState(false);
  const send = () => {
    setTried(true);
    void onSend(make);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    send();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it hears keys of the fields within
    <div onKeyDown={onKeyDown}>
      <Stack gap="sm">
        <div>
          <Title order={2}>{operation.id}</Title>
          <div className={classes["path"]}>
            {operation.method} {operation.path}
          </div>
          {(operation.summary || operation.description) && (
            <Text size="sm" mt={4}>
              {operation.summary || operation.description}
            </Text>
          )}
        </div>
        {(["path", "query", "header"] as const).map((place) => (
          <ParameterFields
            key={place}
            place={place}
            parameters={operation.parameters}
            root={root}
            tried={tried}
            values={values.parameters[place]}
            onChange={(next) => setValues({ ...values, parameters: { ...values.parameters, [place]: next } })}
          />
        ))}
        {operation.body && (
          <BodyFields
            body={operation.body}
            root={root}
            tried={tried}
            value={values.body}
            text={values.bodyText}
            onChange={(body, bodyText) => setValues({ ...values, body, bodyText })}
          />
        )}
        <Textarea
          label="Further headers"
          placeholder="name: value"
          size="xs"
          autosize
          minRows={1}
          maxRows={6}
          spellCheck={false}
          value={values.headers}
          onChange={(event) => setValues({ ...values, headers: event.currentTarget.value })}
        />
        <Group gap="xs" className={classes["send"] ?? ""}>
          <Button onClick={send} loading={sending} title="Ctrl+Enter" aria-keyshortcuts="Control+Enter">
            Send
          </Button>
          <CurlButton make={() => make().request} />
          {hasFields && (
            <Button variant="default" onClick={() => setValues(exampleValues(operation, root, Date.now()))}>
              Fill in an example
            </Button>
          )}
          <Button variant="subtle" color="gray" onClick={() => setValues(initialValues(operation, root))}>
            Begin anew
          </Button>
        </Group>
      </Stack>
    </div>
  );
}
