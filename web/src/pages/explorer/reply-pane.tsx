import { Skeleton, Stack, Text, Title } from "@mantine/core";
import { Note } from "../../ui/exchange-note.tsx";
import { SentReplyView } from "../../ui/exchange-reply.tsx";
import type { SentReply } from "../../ui/exchange-send.ts";
import type { SentEntry } from "./sent-history.ts";
import { SentList } from "./sent-list.tsx";
import { TraceMade } from "./trace-made.tsx";

interface ReplyPaneProps {
  readonly reply: SentReply | undefined;
  readonly problem: string;
  readonly sending: boolean;
  readonly history: readonly SentEntry[];
  readonly onFilled: () => void;
}

/** What came of the request: the reply, the trace and the logs it made; below, what was sent before. */
export function ReplyPane({ reply, problem, sending, history, onFilled }: ReplyPaneProps) {
  return (
    <Stack gap="md">
      <Title order={2}>Reply</Title>
      {problem !== "" && <Note kind="bad">{problem}</Note>}
      {reply ? (
        <>
          <SentReplyView reply={reply} />
          {reply.traceId !== "" && <TraceMade key={reply.traceId} traceId={reply.traceId} />}
        </>
      ) : sending ? (
        <Skeleton height={120} aria-label="Waiting for the reply" />
      ) : (
        problem === "" && (
          <Text size="sm" c="var(--shoal-text-quiet)">
            Fill in the request and send it: its reply, its trace and the logs it made appear here.
          </Text>
        )
      )}
      <SentList history={history} onFilled={onFilled} />
    </Stack>
  );
}
