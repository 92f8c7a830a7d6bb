import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { EXPORTER_DEFAULTS, startExporter } from "./exporter.ts";
import { createRedRecorder } from "./red-series.ts";

const request = { operation: "getQuote", status: 200, durationMs: 3, caller: "edge" };

function exporter(send: (body: string) => Promise<boolean>) {
  const clock = createVirtualClock();
  const recorder = createRedRecorder(clock);
  const running = startExporter({ ports: { clock, random: () => 0.5 }, recorder, resource: {}, send });
  return { clock, recorder, running };
}

function counting(answer: () => boolean = () => true) {
  const bodies: string[] = [];
  const send = async (body: string) => {
    bodies.push(body);
    return answer();
  };
  return { bodies, send };
}

describe("startExporter", () => {
  it("pushes at each interval in which something was served, from a random moment on", async () => {
    const { bodies, send } = counting();
    const { clock, recorder } = exporter(send);
    recorder.served(request);
    await clock.advance(499);
    expect(bodies).toHaveLength(0);
    await clock.advance(1);
    expect(bodies).toHaveLength(1);
    recorder.served(request);
    await clock.advance(1_000);
    expect(bodies).toHaveLength(2);
  });

  it("stays quiet when idle, but repeats its counts now and then", async () => {
    const { bodies, send } = counting();
    const { clock, recorder } = exporter(send);
    recorder.served(request);
    await clock.advance(500);
    const { intervalMs, quietPushesMax } = EXPORTER_DEFAULTS;
    await clock.advance((quietPushesMax - 1) * intervalMs);
    expect(bodies).toHaveLength(1);
    await clock.advance(intervalMs);
    expect(bodies).toHaveLength(2);
  });

  it("sleeps while idle, and pushes within an interval of the next request", async () => {
    const { bodies, send } = counting();
    const { clock, recorder } = exporter(send);
    recorder.served(request);
    await clock.advance(1_500);
    await clock.advance(5_300);
    recorder.served(request);
    await clock.advance(999);
    expect([bodies.length, clock.pending()]).toEqual([1, 1]);
    await clock.advance(1);
    expect(bodies).toHaveLength(2);
  });

  it("keeps one timer when a request comes during a push that ended its sleep", async () => {
    const { clock, recorder } = exporter(() => new Promise((resolve) => clock.after(100, () => resolve(true))));
    recorder.served(request);
    await clock.advance(10_550);
    recorder.served(request);
    await clock.advance(50);
    expect(clock.pending()).toBe(1);
  });

  it("tells of the process every five seconds, idle or not", async () => {
    const { bodies, send } = counting();
    const clock = createVirtualClock();
    const processPoints = () => [{ name: "process.uptime", unit: "s", kind: "gauge" as const, points: [] }];
    const recorder = createRedRecorder(clock);
    startExporter({ ports: { clock, random: () => 0.5 }, recorder, resource: {}, send, processPoints });
    await clock.advance(20_000);
    expect(bodies).toHaveLength(4);
    expect(bodies[0]).toContain("process.uptime");
    expect(bodies[0]).not.toContain("http.server");
  });

  it("never has two pushes under way", async () => {
    let underWay = 0;
    let most = 0;
    const { clock, recorder } = exporter(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await new Promise<void>((resolve) => clock.after(3_500, resolve));
      underWay -= 1;
      return true;
    });
    for (let second = 0; second < 20; second += 1) {
      recorder.served(request);
      await clock.advance(1_000);
    }
    expect(most).toBe(1);
  });

  it("counts what was not taken and sends it again, as the counts are cumulative", async () => {
    const answers = [false, true];
    const { bodies, send } = counting(() => answers.shift() ?? true);
    const { clock, recorder, running } = exporter(send);
    recorder.served(request);
    await clock.advance(1_500);
    expect(running.failures()).toBe(1);
    expect(bodies).toHaveLength(2);
  });

  it("pushes a last time when stopped, and leaves no timer behind", async () => {
    const { bodies, send } = counting();
    const { clock, recorder, running } = exporter(send);
    recorder.served(request);
    await running.stop();
    await running.stop();
    expect(bodies).toHaveLength(1);
    expect(clock.pending()).toBe(0);
  });
});
