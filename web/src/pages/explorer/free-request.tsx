import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { RequestEditor } from "../../ui/exchange-editor.tsx";
import { type RequestDraft, requestOfDraft } from "../../ui/exchange-send.ts";
import { CurlButton } from "./curl-button.tsx";
import classes from "./explorer.module.css";
import { keptKey } from "./kept-key.ts";
import type { Made } from "./request-pane.tsx";
import { useKept } from "./use-kept.ts";

interface FreeRequestProps {
  readonly service: string;
  readonly onSend: (make: () => Made) => Promise<void>;
  readonly sending: boolean;
  readonly hasOperations: boolean;
}

/** Any request to a service, whether or not it says what it can do. */
export function FreeRequest({ service, onSend, sending, hasOperations }: FreeRequestProps) {
  const [draft, setDraft] = useKept<RequestDraft>(keptKey(service, undefined), () => ({
    service,
    method: "GET",
    target: "/",
    headers: "",
    body: "",
  }));
  const make = () => ({ request: requestOfDraft(draft), filled: draft });
  const send = () => void onSend(make);
  return (
    <Stack gap="sm">
      <Title order={2}>A request to {service}</Title>
      <Text size="sm" c="var(--shoal-text-quiet)">
        {hasOperations
          ? "Choose an operation on the left for a form, or write the request yourself."
          : "This service serves no OpenAPI document at /openapi.json, so there is no form: begin with a request that was recorded, on the left, or write one yourself."}
      </Text>
      <RequestEditor draft={draft} onChange={setDraft} onSend={send} />
      <Group gap="xs" className={classes["send"] ?? ""}>
        <Button onClick={send} loading={sending} title="Ctrl+Enter" aria-keyshortcuts="Control+Enter">
          Send
        </Button>
        <CurlButton make={() => make().request} />
      </Group>
    </Stack>
  );
}
