import { Button, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ExchangeDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { RequestEditor } from "../../ui/exchange-editor.tsx";
import { Note } from "../../ui/exchange-note.tsx";
import { isIdempotentMethod } from "../../ui/exchange-parties.ts";
import { SentReplyView } from "../../ui/exchange-reply.tsx";
import { draftOf, requestOfDraft, type SentReply } from "../../ui/exchange-send.ts";
import { useSend } from "../../ui/exchange-use-send.ts";
import { TextDiff } from "../../ui/text-diff.tsx";
import classes from "./traffic.module.css";

/** Edits a recorded request, sends it through the smart client, and shows the new reply next to the old. */
export function Resend({ exchange }: { readonly exchange: ExchangeDetail }) {
  const [recorded] = useState(() => draftOf(exchange));
  const [draft, setDraft] = useState(recorded.draft);
  const { send, reply, problem, sending } = useSend();
  const sendDraft = () => send(() => requestOfDraft(draft));
  if (exchange.external) {
    return (
      <Text size="sm">Only requests to services of the fleet can be sent from here. Copy it as curl instead.</Text>
    );
  }
  return (
    <Stack gap="sm">
      {recorded.leftOut.length > 0 && (
        <Note kind="info">
          Left out, because their values were cut out when they were recorded: {recorded.leftOut.join(", ")}.
        </Note>
      )}
      {recorded.bodyIncomplete && (
        <Note kind="warn">
          The body below is not what was sent: only a part of it was kept, or its secrets were cut out.
        </Note>
      )}
      <RequestEditor draft={draft} onChange={setDraft} onSend={() => sendDraft()} />
      {!isIdempotentMethod(draft.method) && (
        <Note kind="warn">{draft.method} may do it a second time, such as pay or order again.</Note>
      )}
      <div>
        <Button onClick={() => sendDraft()} loading={sending}>
          Send again
        </Button>
      </div>
      {problem !== "" && <Note kind="bad">{problem}</Note>}
      {reply && <Replies exchange={exchange} reply={reply} />}
    </Stack>
  );
}

function Replies({ exchange, reply }: { readonly exchange: ExchangeDetail; readonly reply: SentReply }) {
  const before = exchange.reply?.body;
  return (
    <Stack gap="sm" aria-live="polite">
      <div className={classes["pair"]}>
        <Side title="Recorded" status={exchange.status} durationMs={exchange.durationMs} />
        <Side title="Now" status={reply.status} durationMs={reply.durationMs} />
      </div>
      {before?.encoding === "utf8" && reply.body.encoding === "utf8" && (
        <>
          <Title order={3}>What is different in the body</Title>
          <TextDiff before={before.text} after={reply.body.text} label="Difference of the replies" />
        </>
      )}
      <Title order={3}>New reply</Title>
      <SentReplyView reply={reply} />
    </Stack>
  );
}

interface SideProps {
  readonly title: string;
  readonly status: number;
  readonly durationMs: number;
}

function Side({ title, status, durationMs }: SideProps) {
  return (
    <div className={classes["card"]}>
      <Text size="xs" c="var(--shoal-text-quiet)">
        {title}
      </Text>
      <StatusBadge status={status} /> {formatDuration(durationMs)}
    </div>
  );
}
