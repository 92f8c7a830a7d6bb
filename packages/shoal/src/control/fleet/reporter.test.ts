import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createReporter } from "./reporter.ts";

function setUp(takesMs = 10) {
  const clock = createVirtualClock();
  const sentMs: number[] = [];
  let underWay = 0;
  let underWayMax = 0;
  const reporter = createReporter(clock, async () => {
    sentMs.push(clock.now());
    underWay += 1;
    underWayMax = Math.max(underWayMax, underWay);
    await new Promise<void>((resolve) => clock.after(takesMs, resolve));
    underWay -= 1;
    return true;
  });
  return { clock, reporter, sentMs, underWayMax: () => underWayMax };
}

describe("a reporter", () => {
  it("tells a burst of changes as one", async () => {
    const { clock, reporter, sentMs } = setUp();
    for (let count = 0; count < 100; count += 1) reporter.touch();
    await clock.advance(1_000);
    expect(sentMs).toEqual([50]);
  });

  it("reports every 5 s without a change", async () => {
    const { clock, sentMs } = setUp();
    await clock.advance(15_100);
    expect(sentMs).toEqual([5_000, 10_010, 15_020]);
  });

  it("tells a change that came while it was reporting, and never twice at a time", async () => {
    const { clock, reporter, sentMs, underWayMax } = setUp(200);
    reporter.touch();
    await clock.advance(100);
    reporter.touch();
    void reporter.now();
    void reporter.now();
    await clock.advance(2_000);
    expect(sentMs).toEqual([50, 250, 450]);
    expect(underWayMax()).toBe(1);
  });

  it("resolves `now` when a report that began after it was asked for has ended", async () => {
    const { clock, reporter, sentMs } = setUp(200);
    reporter.touch();
    await clock.advance(100);
    let done = false;
    void reporter.now().then(() => {
      done = true;
    });
    await clock.advance(300);
    expect([sentMs, done]).toEqual([[50, 250], false]);
    await clock.advance(100);
    expect(done).toBe(true);
  });

  it("is silent after it was closed", async () => {
    const { clock, reporter, sentMs } = setUp();
    reporter.touch();
    reporter.close();
    await clock.advance(20_000);
    expect([sentMs, clock.pending()]).toEqual([[], 0]);
  });
});
