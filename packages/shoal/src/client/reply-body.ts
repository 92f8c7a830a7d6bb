import { type HttpReply, isReplayable } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { ReplyStream } from "../transport/reply-stream.ts";

/** Nothing of it is left to arrive: it has no body that streams. */
export function isWhole({ reply }: Outcome<HttpReply>): boolean {
  return reply === undefined || isReplayable(reply.body);
}

/**
 * Calls `release` once, when nothing of the outcome is left to arrive: at once without a body that streams.
 * Returns the outcome to hand on: a foreign stream has to be wrapped for its end to be seen.
 */
export function whenBodyEnds(outcome: Outcome<HttpReply>, release: () => void): Outcome<HttpReply> {
  const { reply } = outcome;
  const body = reply?.body;
  if (reply === undefined || isReplayable(body)) {
    release();
    return outcome;
  }
  if (body instanceof ReplyStream) {
    void body.finished.then(release);
    return outcome;
  }
  const watched: HttpReply = { ...reply, body: releasing(body, release) };
  return outcome.ok ? { ...outcome, reply: watched } : { ...outcome, reply: watched };
}

/** No generator: one that was never begun would not run its `finally` when it is returned. */
function releasing(body: AsyncIterable<Uint8Array>, release: () => void): AsyncIterable<Uint8Array> {
  let released = false;
  const end = () => {
    if (!released) release();
    released = true;
  };
  return {
    [Symbol.asyncIterator]() {
      const reader = body[Symbol.asyncIterator]();
      return {
        async next() {
          try {
            const result = await reader.next();
            if (result.done === true) end();
            return result;
          } catch (cause) {
            end();
            throw cause;
          }
        },
        async return() {
          end();
          await reader.return?.();
          return { done: true, value: undefined };
        },
      };
    },
  };
}

/** Lets go of a reply that nobody will read, and so of its connection. */
export function discard(outcome: Outcome<HttpReply>): void {
  const body = outcome.reply?.body;
  if (isReplayable(body)) return;
  void body[Symbol.asyncIterator]()
    .return?.()
    .then(undefined, () => {});
}
