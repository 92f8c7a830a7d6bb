import { describe, expect, it } from "vitest";
import { createRecordingLog } from "../testing/recording-log.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { type DrainParts, drain } from "./drain.ts";
import { createLifecycle } from "./lifecycle.ts";

interface Given {
  readonly cut?: number;
  readonly idle?: () => Promise<void>;
  readonly streams?: DrainParts["streams"];
  readonly drainMs?: number;
}

function draining(given: Given = {}) {
  const clock = createVirtualClock();
  const lifecycle = createLifecycle();
  const log = createRecordingLog();
  const steps: string[] = [];
  lifecycle.advance("ready");
  const done = drain({
    lifecycle,
    clock,
    log,
    lease: {
      async leave() {
        steps.push(`leave at ${clock.now()} ${lifecycle.phase()}`);
      },
    },
    async closeListener(withinMs) {
      steps.push(`close at ${clock.now()} within ${withinMs}`);
      return given.cut ?? 0;
    },
    idle: given.idle ?? (async () => {}),
    drainPropagationMs: 250,
    drainMs: given.drainMs ?? 10_000,
    streams: given.streams,
  }).then(() => steps.push(`done at ${clock.now()} ${lifecycle.phase()}`));
  return { clock, log, steps, done };
}

describe("drain", () => {
  it("leaves first, serves while callers hear of it, and only then closes", async () => {
    const { clock, steps, done, log } = draining();
    await clock.advance(249);
    expect(steps).toEqual(["leave at 0 draining"]);
    await clock.advance(1);
    await done;
    expect(steps).toEqual(["leave at 0 draining", "close at 250 within 10000", "done at 250 closed"]);
    expect([log.lines, clock.pending()]).toEqual([[], 0]);
  });

  it("waits for handlers that are at work although nobody waits for them any more", async () => {
    const work = Promise.withResolvers<void>();
    const { clock, steps } = draining({ idle: () => work.promise });
    await clock.advance(5_000);
    expect(steps.at(-1)).toContain("close");
    work.resolve();
    await clock.advance(0);
    expect(steps.at(-1)).toBe("done at 5000 closed");
  });

  it("waits no longer than drainMs, and says what it cut", async () => {
    const { clock, steps, log } = draining({ idle: () => new Promise(() => {}), cut: 2 });
    await clock.advance(10_250);
    expect(steps.at(-1)).toBe("done at 10250 closed");
    expect(log.lines).toMatchObject([{ level: "warn", fields: { requests: 2, drainMs: 10_000 } }]);
  });

  it.each([
    [10_000, 9_750],
    [300, 150],
  ])("tells streams why they end when %d ms are nearly over, after %d, and waits for them", async (drainMs, endsMs) => {
    const over = Promise.withResolvers<void>();
    const told: unknown[] = [];
    const streams = { idle: () => over.promise, endAll: (why: unknown) => void told.push(why) };
    const { clock, steps } = draining({ drainMs, streams });
    await clock.advance(250 + endsMs - 1);
    expect(told).toEqual([]);
    await clock.advance(1);
    const message = expect.stringContaining("the instance is stopping: its stream was ended");
    const hint = "Call again: another instance answers.";
    expect(told).toMatchObject([{ code: "DRAINING", message, hint }]);
    expect(steps.at(-1)).toContain("close");
    over.resolve();
    await clock.advance(0);
    expect([steps.at(-1), clock.pending()]).toEqual([`done at ${250 + endsMs} closed`, 0]);
  });

  it("ends no stream that is over before", async () => {
    const told: unknown[] = [];
    const { clock, done } = draining({ streams: { idle: async () => {}, endAll: (why) => void told.push(why) } });
    await clock.advance(250);
    await done;
    await clock.advance(60_000);
    expect([told, clock.pending()]).toEqual([[], 0]);
  });
});
