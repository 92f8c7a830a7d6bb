import { describe, expect, it } from "vitest";
import { createRecordingLog } from "../testing/recording-log.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createLifecycle } from "./lifecycle.ts";
import { createReadiness } from "./readiness.ts";

function asked(check: (() => boolean | Promise<boolean>) | undefined) {
  const lifecycle = createLifecycle();
  const clock = createVirtualClock();
  const log = createRecordingLog();
  return { lifecycle, clock, log, readiness: createReadiness({ lifecycle, clock, log, check, checkMs: 1_000 }) };
}

describe("createReadiness", () => {
  it("follows the phase, and does not ask the check unless ready", async () => {
    let asks = 0;
    const { lifecycle, readiness } = asked(() => ++asks > 0);
    expect(await readiness()).toBe("starting");
    lifecycle.advance("ready");
    expect(await readiness()).toBe("ready");
    lifecycle.advance("draining");
    expect(await readiness()).toBe("draining");
    lifecycle.advance("closed");
    expect(await readiness()).toBe("draining");
    expect(asks).toBe(1);
  });

  it.each([
    ["says no", () => false],
    ["says no later", () => Promise.resolve(false)],
    ["says something else", () => "yes" as unknown as boolean],
  ])("is unready when the check %s", async (_, check) => {
    const { lifecycle, readiness } = asked(check);
    lifecycle.advance("ready");
    expect(await readiness()).toBe("unready");
  });

  it("is unready when the check throws, and says why in the log", async () => {
    const { lifecycle, readiness, log } = asked(() => {
      throw new Error("no database");
    });
    lifecycle.advance("ready");
    expect(await readiness()).toBe("unready");
    expect(log.lines).toMatchObject([{ level: "warn", fields: { error: "no database" } }]);
  });

  it("is unready when the check takes too long, and asks it once however many ask meanwhile", async () => {
    let asks = 0;
    const answer = Promise.withResolvers<boolean>();
    const { lifecycle, readiness, clock } = asked(() => {
      asks += 1;
      return answer.promise;
    });
    lifecycle.advance("ready");
    const all = Promise.all([readiness(), readiness()]);
    await clock.advance(1_000);
    expect(await all).toEqual(["unready", "unready"]);
    const later = readiness();
    answer.resolve(true);
    expect([await later, asks]).toEqual(["ready", 1]);
    expect([await readiness(), asks, clock.pending()]).toEqual(["ready", 2, 0]);
  });
});

describe("createLifecycle", () => {
  it("only goes forward", () => {
    const lifecycle = createLifecycle();
    lifecycle.advance("draining");
    lifecycle.advance("ready");
    expect(lifecycle.phase()).toBe("draining");
  });
});
