import { expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { AdmissionState, ResilienceReport } from "../resilience.ts";
import { createResilienceMeter } from "../resilience-meter.ts";
import { resilienceReport } from "./report.ts";
import { startResilienceReporter } from "./reporter.ts";

const ADMISSION: AdmissionState = {
  limit: 20,
  limitMax: 100,
  inFlight: 0,
  waiting: 0,
  waitersMax: 200,
  queueDelayMs: 0,
  stressed: false,
};

function made() {
  const clock = createVirtualClock();
  const meter = createResilienceMeter(clock);
  const sent: { atMs: number; report: ResilienceReport }[] = [];
  let admission = ADMISSION;
  let answer: () => Promise<unknown> = async () => true;
  meter.watchAdmission(() => admission);
  const reporter = startResilienceReporter({
    ports: { clock, random: () => 0 },
    meter,
    report: () => resilienceReport(meter.counted, { service: "web", instance: "web-1" }),
    send(report) {
      sent.push({ atMs: clock.now(), report });
      return answer();
    },
  });
  return {
    clock,
    meter,
    sent,
    reporter,
    times: () => sent.map(({ atMs }) => atMs),
    stress(stressed: boolean) {
      admission = { ...ADMISSION, stressed };
    },
    answers(next: typeof answer) {
      answer = next;
    },
  };
}

it("sends nothing and has no timer while nothing is counted", async () => {
  const { clock, sent, reporter } = made();
  await clock.advance(60_000);
  expect(sent).toEqual([]);
  expect(clock.pending()).toBe(0);
  await reporter.stop();
  expect(sent).toEqual([]);
});

it("tells soon of the first change, then at most each 2 s, then once how it ended", async () => {
  const { clock, meter, times } = made();
  const note = meter.edge("quotes");
  for (let index = 0; index < 50; index += 1) {
    note("call");
    await clock.advance(100);
  }
  await clock.advance(60_000);
  expect(times()).toEqual([250, 2_250, 4_250, 6_250, 16_250]);
  expect(clock.pending()).toBe(0);
});

it("goes on telling each 10 s while there is something to see", async () => {
  const { clock, meter, times, stress } = made();
  stress(true);
  meter.shed("sheddable", "overload");
  await clock.advance(31_000);
  expect(times()).toEqual([250, 10_250, 20_250, 30_250]);
  stress(false);
  await clock.advance(60_000);
  expect(times()).toHaveLength(5);
});

it("tells how a server stands that is asked for something, although it refuses nothing", async () => {
  const { clock, meter, sent, times } = made();
  for (let index = 0; index < 50; index += 1) {
    meter.asked();
    await clock.advance(100);
  }
  await clock.advance(60_000);
  expect(times()).toEqual([250, 2_250, 4_250, 6_250, 16_250]);
  expect(sent.map(({ report }) => report.admission?.limit)).toEqual([20, 20, 20, 20, 20]);
  expect(clock.pending()).toBe(0);
});

it("waits for a slow control plane instead of sending more at once", async () => {
  const { clock, meter, times, answers } = made();
  let take: (() => void) | undefined;
  answers(() => new Promise<void>((resolve) => (take = resolve)));
  const note = meter.edge("quotes");
  note("call");
  await clock.advance(30_000);
  note("call");
  await clock.advance(30_000);
  expect(times()).toEqual([250]);
  take?.();
  await clock.advance(1_000);
  expect(times()).toHaveLength(2);
});

it("says in its last report that it ended", async () => {
  const { clock, meter, sent, reporter } = made();
  meter.edge("quotes")("call");
  await clock.advance(1_000);
  await reporter.stop();
  meter.edge("quotes")("call");
  await clock.advance(60_000);
  expect(sent.map(({ report }) => report.ended)).toEqual([undefined, true]);
});
