import { Anchor, Group, Stack, Tabs, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { formatDuration } from "../format/time.ts";
import { StatusBadge } from "./badges.tsx";
import { BodyView } from "./body-view.tsx";
import { headerOf } from "./body-view-kind.ts";
import { Note } from "./exchange-note.tsx";
import { problemIn } from "./exchange-problem.ts";
import type { SentReply } from "./exchange-send.ts";
import { HeaderList } from "./header-list.tsx";

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
            <BodyView body={reply.body} contentType={contentType} label="Reply body" />
          </Tabs.Panel>
          <Tabs.Panel value="headers">
            <HeaderList headers={reply.headers} label="Reply headers" />
          </Tabs.Panel>
        </Tabs>
      )}
    </Stack>
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
