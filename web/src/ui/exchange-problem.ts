import type { SentReply } from "./exchange-send.ts";

/** Why a request was refused or failed, for people. */
export interface Problem {
  /** Its code when it has one. */
  readonly title: string;
  readonly detail: string;
  readonly hint: string;
  /** False when it was the sender's fault. */
  readonly failed: boolean;
}

/** Reads a problem document (RFC 9457), or why there was no reply. Undefined when all went well, or nothing is said. */
export function problemIn(reply: Pick<SentReply, "status" | "error" | "body">): Problem | undefined {
  if (reply.status === 0) {
    const [, code, detail] = /^([A-Z_]+): ([\s\S]*)$/.exec(reply.error) ?? [];
    return { title: code ?? "No instance answered", detail: detail ?? reply.error, hint: "", failed: true };
  }
  const document = reply.status < 400 ? undefined : objectIn(reply.body.text);
  if (!document) return undefined;
  const title = textOf(document["code"]) || textOf(document["title"]);
  const detail = textOf(document["detail"]) || textOf(document["message"]);
  if (title === "" && detail === "") return undefined;
  return {
    title: title || `Status ${reply.status}`,
    detail,
    hint: textOf(document["hint"]),
    failed: reply.status >= 500,
  };
}

function objectIn(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
