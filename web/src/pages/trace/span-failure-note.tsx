import { Alert, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import type { SpanView } from "../../api/types.ts";
import { Code } from "../../ui/code.tsx";
import { failureOf } from "./span-failure.ts";

/** Why a span failed and what to do; nothing for one that did not. */
export function SpanFailureNote({ span }: { readonly span: SpanView }) {
  const failure = failureOf(span);
  if (!failure) return null;
  const { type, message, hint, stack } = failure;
  // The code leads the message already.
  const title = message.startsWith(type) ? message : [type, message].filter((text) => text !== "").join(": ");
  return (
    <Stack gap="xs">
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title || "Failed"} p="sm">
        {hint === "" ? null : (
          <Text size="sm" c="var(--shoal-text)">
            {hint}
          </Text>
        )}
      </Alert>
      {stack !== "" && <Code text={stack} label="Stack" maxHeight={220} />}
    </Stack>
  );
}
