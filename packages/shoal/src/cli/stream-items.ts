import { createItemStream } from "../client/item-stream.ts";
import { CALL_DEFAULTS } from "../client/policy.ts";
import { errorOfProblem } from "../contract/problem.ts";
import { EVENT_STREAM } from "../contract/stream-names.ts";
import { shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { type HttpReply, headerOf, isReplayable } from "../core/message.ts";
import { HEADER } from "../core/wire.ts";
import type { CliPorts } from "./ports.ts";
import { terminalJson } from "./terminal/terminal-json.ts";

/** True for a reply whose body is a stream of events. */
export function isEventStream({ headers }: HttpReply): boolean {
  return headerOf(headers, HEADER.contentType)?.startsWith(EVENT_STREAM) === true;
}

export interface Printing {
  /** Who answers, for messages. */
  readonly callee: string;
  /** What is printed of an item. Default: all of it. */
  readonly hide?: (item: unknown) => unknown;
}

/**
 * Prints each item of a stream as a line of JSON, as it comes. Returns how many there were when it has ended, or the
 * reader wants no more. Throws the problem that the service ended it with, and CONNECTION_LOST when it broke off.
 * @param signal Aborted when the reader wants no more.
 */
export async function printItems(
  ports: CliPorts,
  reply: HttpReply,
  signal: AbortSignal,
  { callee, hide = (item) => item }: Printing,
): Promise<number> {
  const { body } = reply;
  const items = createItemStream({
    body: isReplayable(body) ? chunk(body) : body,
    codec: { decode },
    clock: ports.clock,
    idleMs: CALL_DEFAULTS.streamIdleMs,
    itemBytesMax: CALL_DEFAULTS.replyBytesMax,
    explain: (error) => error,
    explainProblem: (json) => errorOfProblem(json, callee),
  });
  let printed = 0;
  try {
    for await (const item of items) {
      ports.stdout.write(`${terminalJson(hide(item))}\n`);
      printed += 1;
      await ports.stdout.flush();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  return printed;
}

async function* chunk(body: Uint8Array | undefined): AsyncGenerator<Uint8Array> {
  if (body) yield body;
}

function decode(json: string) {
  try {
    return { ok: true, value: parseJson(json) } as const;
  } catch {
    return { ok: false, error: shoalError("REPLY_INVALID", { message: "an item of the stream is no JSON" }) } as const;
  }
}
