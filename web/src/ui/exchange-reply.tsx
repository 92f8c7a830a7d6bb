import { Anchor, Button, Group, Stack, Tabs, Text } from "@mantine/core";
import { IconEye, IconEyeOff } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { formatDuration } from "../format/time.ts";
import { StatusBadge } from "./badges.tsx";
import { BodyView } from "./body-view.tsx";
import { headerOf } from "./body-view-kind.ts";
import { Note } from "./exchange-note.tsx";
import { problemIn } from "./exchange-problem.ts";
import type { SentReply } from "./exchange-send.ts";
import { HeaderList } from "./header-list.tsx";
import { hideSensitive } from "./hide-sensitive.ts";

/** What came of a request that was sent from here. */
export function SentReplyView({ reply }: { readonly reply: SentReply }) {
  const contentType = headerOf(reply.headers, "content-type");
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <StatusBadge status={reply.status} />
        <Text size="sm">{formatDuration(reply.durationMs)}</Text>
        {reply.instance !== "" && (
          <Text size="sm" c="var(--shoal-text-quiet)">
            by {reply.instance}
          </Text>
        )}
        {reply.traceId !== "" && (
          <Anchor
            size="sm"
            renderRoot={(props) => <Link {...props} to="/traces/$trace" params={{ trace: reply.traceId }} />}
          >
            Trace {reply.traceId.slice(0, 8)}
          </Anchor>
        )}
      </Group>
      <ProblemAlert reply={reply} />
      {reply.status !== 0 && (
        <Tabs defaultValue="body" keepMounted={false}>
          <Tabs.List mb="xs">
            <Tabs.Tab value="body">Body</Tabs.Tab>
            <Tabs.Tab value="headers">Headers ({reply.headers.length})</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="body">
            <ReplyBody reply={reply} contentType={contentType} />
          </Tabs.Panel>
          <Tabs.Panel value="headers">
            <HeaderList headers={reply.headers} label="Reply headers" />
          </Tabs.Panel>
        </Tabs>
      )}
    </Stack>
  );
}

/** Its sensitive values are shown only on request, and hidden again in the next reply. */
function ReplyBody({ reply, contentType }: { readonly reply: SentReply; readonly contentType: string }) {
  const [revealed, setRevealed] = useState<SentReply>();
  const { body, count } = useMemo(() => hideSensitive(reply.body, reply.headers), [reply]);
  const isRevealed = revealed === reply;
  return (
    <>
      {count > 0 && (
        <Group gap="xs" mb={6}>
          <Text size="xs" c="var(--shoal-text-quiet)">
            {isRevealed ? "With" : "Without"} {count} sensitive {count === 1 ? "value" : "values"}
          </Text>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={isRevealed ? <IconEyeOff size={13} /> : <IconEye size={13} />}
            onClick={() => setRevealed(isRevealed ? undefined : reply)}
          >
            {isRevealed ? "Hide" : "Show"}
          </Button>
        </Group>
      )}
      <BodyView body={isRevealed ? reply.body : body} contentType={contentType} label="Reply body" />
    </>
  );
}

function ProblemAlert({ reply }: { readonly reply: SentReply }) {
  const problem = problemIn(reply);
  if (!problem) return null;
  return (
    <Note kind={problem.failed ? "bad" : "warn"}>
      <Text size="sm" fw={600}>
        {problem.title}
      </Text>
      {problem.detail}
      {problem.hint !== "" && (
        <Text size="sm" mt={4}>
          {problem.hint}
        </Text>
      )}
    </Note>
  );
}
