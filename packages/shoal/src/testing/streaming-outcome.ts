import type { HttpReply } from "../core/message.ts";
import { success } from "../core/outcome.ts";

/** A reply whose body streams, and whether somebody has let go of it. */
export function streamingOutcome() {
  const seen = { left: false };
  const end = async () => {
    seen.left = true;
    return { done: true as const, value: undefined };
  };
  const body = { [Symbol.asyncIterator]: () => ({ next: end, return: end }) };
  return { seen, outcome: success<HttpReply>({ status: 200, headers: {}, body }) };
}
