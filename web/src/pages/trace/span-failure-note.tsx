import { Alert, Anchor, Stack, Text } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { Code } from "../../ui/code.tsx";
import { causeOf, failureOf } from "./span-failure.ts";
import type { TraceNode } from "./trace-tree.ts";

interface SpanFailureNoteProps {
  readonly node: TraceNode;
  readonly onSelect: (span: string) => void;
}

/** Why a span failed and what to do; nothing for one that did not. */
export function SpanFailureNote({ node, onSelect }: SpanFailureNoteProps) {
  const failure = failureOf(node.span);
  const cause = causeOf(node);
  if (!failure) return null;
  const { type, message, hint, stack } = failure;
  // The code leads the message already.
  const title = message.startsWith(type) ? message : [type, message].filter((text) => text !== "").join(": ");
  return (
    <Stack gap="xs">
      <Alert color="red" variant="light" icon={<IconAlertTriangle size={18} />} title={title || "Failed"} p="sm">
        {hint !== "" && (
          <Text size="sm" c="var(--shoal-text)">
            {hint}
          </Text>
        )}
        {cause && (
          <Text size="sm" c="var(--shoal-text)">
            It began with{" "}
            <Anchor
              component="button"
              type="button"
              size="sm"
              ta="left"
              c="inherit"
              underline="always"
              onClick={() => onSelect(cause.id)}
            >
              {cause.span.service} {cause.span.name}
            </Anchor>
          </Text>
        )}
      </Alert>
      {stack !== "" && <Code text={stack} label="Stack" maxHeight={220} />}
    </Stack>
  );
}
