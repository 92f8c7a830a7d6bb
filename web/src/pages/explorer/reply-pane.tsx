import { Button, Group, Loader, Select, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import { formatDuration } from "../../format/time.ts";
import { Note } from "../../ui/exchange-note.tsx";
import { SentReplyView } from "../../ui/exchange-reply.tsx";
import type { SentReply } from "../../ui/exchange-send.ts";
import { useEachSecond } from "../../ui/moment.tsx";
import type { SentEntry } from "./sent-history.ts";
import { SentList } from "./sent-list.tsx";
import { TraceMade } from "./trace-made.tsx";

const LIMITS_MS = [1_000, 5_000, 10_000, 30_000, 60_000];

interface ReplyPaneProps {
  readonly reply: SentReply | undefined;
  readonly problem: string;
  readonly sending: boolean;
  readonly onCancel: () => void;
  /** After which the call ends without a reply. */
  readonly limitMs: number;
  readonly onLimit: (limitMs: number) => void;
  readonly history: readonly SentEntry[];
  readonly onFilled: () => void;
}

/** What came of the request: the reply, the trace and the logs it made; below, what was sent before. */
export function ReplyPane(props: ReplyPaneProps) {
  const { reply, problem, sending, onCancel, limitMs, onLimit, history, onFilled } = props;
  return (
    <Stack gap="md">
      <Group justify="space-between" mih={30}>
        <Title order={2}>Reply</Title>
        <Group gap={6} wrap="nowrap">
          <Text size="xs" c="var(--shoal-text-quiet)" component="label" htmlFor="explorer-limit">
            Deadline
          </Text>
          <Select
            id="explorer-limit"
            w={84}
            allowDeselect={false}
            data={LIMITS_MS.map((ms) => ({ value: String(ms), label: formatDuration(ms) }))}
            value={String(limitMs)}
            onChange={(ms) => onLimit(Number(ms))}
          />
        </Group>
      </Group>
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
