import { useEffect, useRef, useState } from "react";
import { ApiError } from "../api/api-error.ts";
import { control } from "../api/control.ts";
import type { SentReply } from "./exchange-send.ts";

type SentRequest = Parameters<typeof control.sendRequest>[0]["body"];

/**
 * Sends requests through the control plane's smart client, one at a time. What `make` throws is shown. One that is
 * cancelled may have been done all the same.
 */
export function useSend() {
  const [reply, setReply] = useState<SentReply>();
  const [problem, setProblem] = useState("");
  const [sending, setSending] = useState(false);
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const send = async (make: () => SentRequest): Promise<SentReply | undefined> => {
    if (sending) return undefined;
    setSending(true);
    setProblem("");
    const ended = new AbortController();
    running.current = ended;
    try {
      const answered = await control.sendRequest({ body: make() }, ended.signal);
      setReply(answered);
      return answered;
    } catch (error) {
      setReply(undefined);
      setProblem(ended.signal.aborted ? "" : problemOf(error));
      return undefined;
    } finally {
      setSending(false);
    }
  };
  return { send, cancel: () => running.current?.abort(), reply, problem, sending, show: setReply };
}

function problemOf(error: unknown): string {
  if (error instanceof ApiError) return [error.message, error.hint].filter(Boolean).join(" ");
  return error instanceof Error ? error.message : String(error);
}
