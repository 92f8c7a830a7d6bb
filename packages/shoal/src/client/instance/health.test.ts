import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import type { HttpReply } from "../../core/message.ts";
import { type FailureKind, failure, type Outcome, success } from "../../core/outcome.ts";
import { sampleCall, sampleContext } from "../../testing/sample-call.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createLoad } from "../balance/load.ts";
import type { Call } from "../call.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createEjection } from "./ejection.ts";
import { createFailFast } from "./fail-fast.ts";
import { health } from "./health.ts";

const reply = (status: number): HttpReply => ({ status, headers: {}, body: undefined });
const good = success(reply(200));
const error = shoalError("UPSTREAM_FAILED", { message: "no" });
const failed = (kind: FailureKind = "failed", retryAfterMs?: number) =>
  failure<HttpReply>(kind, error, undefined, retryAfterMs);
const refused = failure<HttpReply>("unsent", shoalError("CONNECT_FAILED", { message: "no" }));
const limited = failure<HttpReply>("unsent", shoalError("LIMIT_REACHED", { message: "no" }));

/** The filter around an instance whose answers take 10 ms unless told otherwise. */
function watched({ mayEject = true, stalledMs = 0 } = {}) {
  const clock = createVirtualClock();
  const load = createLoad();
  const ejection = createEjection(SERVICE_DEFAULTS, () => 1, 0);
  const failFast = createFailFast(() => 0);
  const seen = { moved: 0, changes: [] as (string | undefined)[][] };
  const filter = health(
    {
      load,
      ejection,
      failFast,
      stalls: { begin: () => 0, end: () => stalledMs },
      mayEject: () => mayEject,
      onMoved() {
        seen.moved += 1;
      },
      onChange: (reason, before) => void seen.changes.push([before, reason]),
    },
    { clock, random: () => 0 },
  );
  const attempt = async (outcome: Outcome<HttpReply>, afterMs = 10, call: Call = sampleCall()) => {
    const ended = filter(call, sampleContext(), async () => {
      await new Promise<void>((resolve) => clock.after(afterMs, resolve));
      return outcome;
    });
    await clock.advance(afterMs);
    return ended;
  };
  /** How often it said that it stands otherwise than before. */
  const movedBy = async (task: () => Promise<unknown>) => {
    const before = seen.moved;
    await task();
    return seen.moved - before;
  };
  return { clock, load, ejection, failFast, seen, filter, attempt, movedBy };
}

describe("health", () => {
  it("hands the outcome on, and counts what is in flight until then, also of a request that breaks down", async () => {
    const { clock, load, filter, attempt } = watched();
    const ended = attempt(good);
    expect(load.pending()).toBe(1);
    expect(await ended).toBe(good);
    expect(load.pending()).toBe(0);
    const broken = filter(sampleCall(), sampleContext(), () => Promise.reject(new Error("bug")));
    await expect(broken).rejects.toThrow("bug");
    expect([load.pending(), load.usualMs()]).toEqual([0, 10]);
    expect(clock.pending()).toBe(0);
  });

  it.each<[string, Outcome<HttpReply>, number, number]>([
    ["an answer with its time", good, 10, 10],
    ["a failure with five seconds", failed(), 10, 5_000],
    ["a failure that took longer with its time", failed("ambiguous"), 6_000, 6_000],
    ["a wish to be left alone with as long", failed("nacked", 20_000), 10, 20_000],
    ["a refused connection with five seconds", refused, 0, 5_000],
  ])("charges %s", async (_, outcome, afterMs, costMs) => {
    const { clock, load, attempt } = watched();
    await attempt(outcome, afterMs);
    expect(load.costMs(clock.now())).toBe(costMs);
    expect(load.usualMs()).toBe(afterMs);
  });

  it("measures nothing of what says nothing of the instance, unless another was faster", async () => {
    const { clock, load, attempt } = watched();
    await attempt(limited, 70);
    expect(load.usualMs()).toBeUndefined();
    await attempt(failed("final"), 70, sampleCall({ superseded: true }));
    expect([load.usualMs(), load.costMs(clock.now())]).toEqual([70, 70]);
  });

  it("keeps away from one that refuses connections until it answers anything, whatever that is", async () => {
    for (const answer of [good, failed(), failed("nacked")]) {
      const { clock, failFast, attempt } = watched();
      await attempt(refused);
      expect(failFast.isRefusing(clock.now())).toBe(true);
      await attempt(limited);
      expect(failFast.retryAtMs()).toBeDefined();
      await attempt(answer);
      expect(failFast.retryAtMs()).toBeUndefined();
    }
  });

  it("lets one request try when the pause is over", async () => {
    const { clock, failFast, attempt } = watched();
    await attempt(refused);
    await clock.advance(1_000);
    const trial = attempt(good);
    expect(failFast.isRefusing(clock.now())).toBe(true);
    await trial;
    expect(failFast.isRefusing(clock.now())).toBe(false);
  });

  it("tells once that it went out, and why, and once that it is back, what it cost then forgotten", async () => {
    const { clock, load, ejection, seen, attempt } = watched();
    for (let failure = 0; failure < 6; failure += 1) await attempt(failed());
    expect(ejection.status(clock.now())).toBe("out");
    expect(seen.changes).toEqual([[undefined, "consecutive_failures"]]);
    await clock.advance(1_000);
    await attempt(good);
    expect(ejection.status(clock.now())).toBe("in");
    expect(seen.changes.slice(1)).toEqual([["consecutive_failures", undefined]]);
    expect([load.usualMs(), load.costMs(clock.now())]).toEqual([undefined, undefined]);
  });

  it("forgets what one cost that recovers without having been out", async () => {
    const { clock, load, ejection, seen, attempt } = watched({ mayEject: false });
    for (let failure = 0; failure < 5; failure += 1) await attempt(failed());
    expect([ejection.isWell(clock.now()), seen.changes]).toEqual([false, []]);
    await attempt(good);
    expect([ejection.isWell(clock.now()), load.usualMs()]).toEqual([true, undefined]);
  });

  it.each<[string, Outcome<HttpReply>, boolean]>([
    ["lost", failed("ambiguous"), true],
    ["refused", refused, true],
    ["nacked", failed("nacked"), false],
    ["throttled", failed("throttled"), false],
    ["never sent", limited, false],
    ["answered", good, false],
  ])("takes an instance out for five requests in a row that are %s: %s", async (_, outcome, isOut) => {
    const { ejection, attempt } = watched();
    for (let request = 0; request < 5; request += 1) await attempt(outcome);
    expect(ejection.cause() !== undefined).toBe(isOut);
  });

  it("takes out what answers 429 to twenty requests, and nothing for nacks", async () => {
    const [throttled, nacked] = [watched(), watched()];
    for (let request = 0; request < 20; request += 1) await throttled.attempt(failed("throttled"));
    for (let request = 0; request < 20; request += 1) await nacked.attempt(failed("nacked"));
    expect(throttled.ejection.cause()?.reason).toBe("failure_ratio");
    expect(nacked.ejection.cause()).toBeUndefined();
  });

  it("has balancing look again when it stands otherwise, and not after each answer", async () => {
    const { clock, attempt, movedBy } = watched();
    expect(await movedBy(() => attempt(good))).toBe(1); // it is measured now
    expect(await movedBy(() => attempt(good))).toBe(0);
    expect(await movedBy(() => attempt(failed()))).toBe(1);
    for (let failure = 0; failure < 4; failure += 1) await attempt(failed());
    await clock.advance(1_000);
    expect(await movedBy(() => attempt(good))).toBe(2); // its probe has begun, and it is back
  });

  it("has balancing look again when it recovers without having been out, or listens after all", async () => {
    const { attempt, movedBy } = watched({ mayEject: false });
    await attempt(good);
    for (let failure = 0; failure < 5; failure += 1) await attempt(failed());
    expect(await movedBy(() => attempt(good))).toBe(1);
    await attempt(good);
    const moved = movedBy(async () => {
      const begunBefore = attempt(good, 20);
      await attempt(refused, 10);
      await begunBefore;
    });
    expect(await moved).toBe(2); // it refuses, and it does not
  });

  it("charges an instance with no time for which this process itself stood still", async () => {
    const { clock, load, attempt } = watched({ stalledMs: 390 });
    await attempt(good, 400);
    expect(load.costMs(clock.now())).toBe(10);
    expect(load.usualMs()).toBe(10);
  });
});
