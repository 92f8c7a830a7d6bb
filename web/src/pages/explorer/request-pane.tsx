import { Skeleton, Stack } from "@mantine/core";
import { useState } from "react";
import type { SentReply } from "../../ui/exchange-send.ts";
import { useSend } from "../../ui/exchange-use-send.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import classes from "./explorer.module.css";
import { FreeRequest } from "./free-request.tsx";
import { OperationRequest } from "./operation-request.tsx";
import { ReplyPane } from "./reply-pane.tsx";
import { type SentEntry, withSent } from "./sent-history.ts";
import { useKept } from "./use-kept.ts";
import { useOpenapi } from "./use-openapi.ts";

interface RequestPaneProps {
  readonly service: string;
  readonly operation: string | undefined;
  readonly onFilled: () => void;
}

/** What a form makes: the request and what to remember of it. Throws a text for people. */
export interface Made {
  readonly request: ReturnType<Sent>;
  readonly filled: SentEntry["filled"];
}
type Sent = Parameters<ReturnType<typeof useSend>["send"]>[0];

/** The request on the left, what came of it on the right. */
export function RequestPane({ service, operation: id, onFilled }: RequestPaneProps) {
  const { document, operations, loading, error } = useOpenapi(service);
  const [history, setHistory] = useKept<readonly SentEntry[]>("shoal-explorer-sent", () => []);
  const [limitMs, setLimitMs] = useKept<number>("shoal-explorer-limit", () => 10_000);
  const [last, setLast] = useState<SentReply>();
  const sending = useSend();
  const operation = operations.find((one) => one.id === id);

  const send = async (make: () => Made) => {
    let made: Made | undefined;
    const reply = await sending.send(() => {
      made = make();
      return { ...made.request, deadlineMs: limitMs };
    });
    setLast(reply);
    if (!reply || !made) return;
    const { method, target } = made.request;
    const { status, durationMs, traceId } = reply;
    const entry = { timeMs: Date.now(), service, operation: id ?? "", method, target, status, durationMs, traceId };
    setHistory(withSent(history, { ...entry, filled: made.filled }));
  };

  return (
    <>
      <section className={classes["request"]} aria-label="Request">
        {loading ? (
          <FormLoading />
        ) : id === undefined ? (
          <FreeRequest
            service={service}
            onSend={send}
            sending={sending.sending}
            hasOperations={operations.length > 0}
          />
        ) : operation ? (
          <OperationRequest
            service={service}
            operation={operation}
            root={document}
            onSend={send}
            sending={sending.sending}
          />
        ) : error ? (
          <ErrorMessage error={error} />
        ) : (
          <Message
            kind="empty"
            title={`${service} has no operation ${id}`}
            hint="It may have been renamed: choose another from the list."
          />
        )}
      </section>
      <section className={classes["reply"]} aria-label="Reply" aria-live="polite">
        <ReplyPane
          reply={last}
          problem={sending.problem}
          sending={sending.sending}
          onCancel={sending.cancel}
          limitMs={limitMs}
          onLimit={setLimitMs}
          history={history}
          onFilled={onFilled}
        />
      </section>
    </>
  );
}

/** In the shape of a form. */
function FormLoading() {
  return (
    <Stack gap="sm" role="status" aria-busy="true" aria-label="Loading the operation">
      <Skeleton height={20} width={160} />
      <Skeleton height={14} width={220} />
      {[1, 2, 3].map((field) => (
        <Stack key={field} gap={4}>
          <Skeleton height={12} width={90} />
          <Skeleton height={30} />
        </Stack>
      ))}
    </Stack>
  );
}
