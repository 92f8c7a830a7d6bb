import { useState } from "react";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import type { SentReply } from "./exchange-send.ts";

type SentRequest = Parameters<typeof control.sendRequest>[0]["body"];

/** Sends requests through the control plane's smart client, one at a time. What `make` throws is shown. */
export function useSend() {
  const [reply, setReply] = useState<SentReply>();
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);

  const send = async (make: () => SentRequest): Promise<SentReply | undefined> => {
    if (sending) return undefined;
    setSending(true);
    setProblem("");
    try {
      const answered = await control.sendRequest({ body: make() });
      setReply(answered);
      return answered;
    } catch (error) {
      setReply(undefined);
      setProblem(problemOf(error));
      return undefined;
    } finally {
      setSending(false);
    }
  };
  return { send, reply, problem, sending, show: setReply };
}

function problemOf(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}
