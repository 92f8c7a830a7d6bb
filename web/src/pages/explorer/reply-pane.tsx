import { Button, Group, Loader, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { formatDuration } from "../../format/time.ts";
import { Note } from "../../ui/exchange-note.tsx";
import { SentReplyView } from "../../ui/exchange-reply.tsx";
import type { SentReply } from "../../ui/exchange-send.ts";
import { useEachSecond } from "../../ui/moment.tsx";
import type { SentEntry } from "./sent-history.ts";
import { SentList } from "./sent-list.tsx";
import { TraceMade } from "./trace-made.tsx";

interface ReplyPaneProps {
  readonly reply: SentReply | undefined;
  readonly problem: string;
  readonly sending: boolean;
  readonly onCancel: () => void;
  readonly history: readonly SentEntry[];
  readonly onFilled: () => void;
}

/** What came of the request: the reply, the trace and the logs it made; below, what was sent before. */
export function ReplyPane({ reply, problem, sending, onCancel, history, onFilled }: ReplyPaneProps) {
  return (
    <Stack gap="md">
      <Title order={2}>Reply</Title>
      {problem !== "" && <Note kind="bad">{problem}</Note>}
      {sending && <Waiting onCancel={onCancel} />}
      {reply && !sending ? (
        <>
          <SentReplyView reply={reply} />
          {reply.traceId !== "" && <TraceMade key={reply.traceId} traceId={reply.traceId} />}
        </>
      ) : (
        problem === "" &&
        !sending && (
          <Text size="sm" c="var(--shoal-text-quiet)">
            Fill in the request and send it: its reply, its trace and the logs it made appear here.
          </Text>
        )
      )}
      <SentList history={history} onFilled={onFilled} />
    </Stack>
  );
}

/** How long it takes so far, and a way out. */
function Waiting({ onCancel }: { readonly onCancel: () => void }) {
  const [sinceMs] = useState(Date.now);
  const since = useEachSecond((nowMs) => (nowMs - sinceMs < 1_000 ? "" : formatDuration(nowMs - sinceMs)));
  return (
    <Group gap="sm" mih={30}>
      <Loader size={14} aria-hidden />
      <Text size="sm" role="status">
        Waiting for the reply
      </Text>
      <Text size="sm" c="var(--shoal-text-quiet)" miw={48}>
        {since}
      </Text>
      <Button size="compact-xs" variant="default" onClick={onCancel} title="The service may do it all the same">
        Cancel
      </Button>
    </Group>
  );
}
