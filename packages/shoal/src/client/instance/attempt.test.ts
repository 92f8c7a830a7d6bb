import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { failure, type Outcome } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { verdictOf } from "../classify.ts";
import { attemptTimeout } from "./attempt.ts";

/** An attempt that began at 0, has until 1 000 with the whole of its call, and hangs until it is aborted. */
function hanging() {
  const clock = createVirtualClock();
  const events: string[] = [];
  const ports = { clock, random: seededRandom(1) };
  const filter = attemptTimeout(ports, (event) => void events.push(event));
  const call = new AbortController();
  const outcome = filter(
    sampleCall(),
    sampleContext({ deadlineMs: 1_000, signal: call.signal }),
    (_, { signal }) =>
      new Promise<Outcome<HttpReply>>((resolve) => {
        const aborted = () => resolve(failure("ambiguous", shoalError("CANCELLED", { message: "aborted" })));
        signal.addEventListener("abort", aborted);
      }),
  );
  return { clock, call, outcome, events };
}

describe("an attempt", () => {
  it("speaks against its instance when the call's time is over, though the call's timer came a little early", async () => {
    const { clock, call, outcome } = hanging();
    await clock.advance(999.4);
    call.abort(shoalError("DEADLINE_EXCEEDED", { message: "no answer within 999 ms" }));
    await clock.advance(1);
    expect(verdictOf(await outcome)).toBe("bad");
  });

  it("says nothing of its instance when the caller leaves", async () => {
    const { clock, call, outcome } = hanging();
    await clock.advance(999.4);
    call.abort(shoalError("CANCELLED", { message: "the caller has gone" }));
    await clock.advance(1);
    expect(verdictOf(await outcome)).toBe("nothing");
  });
});
