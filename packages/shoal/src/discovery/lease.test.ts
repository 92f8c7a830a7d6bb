import { describe, expect, it } from "vitest";
import { shoalError } from "../core/errors.ts";
import type { LogFields } from "../core/log.ts";
import { SILENT_LOG } from "../core/log.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { ControlLink, LinkReply } from "./control-link.ts";
import { keepLease, LEAVE_MS } from "./lease.ts";
import { RECONNECT_MS_MAX } from "./reconnect-delay.ts";

interface Sent {
  readonly atMs: number;
  readonly method: string;
  readonly path: string;
  readonly registration: string;
}

type Answer = () => Promise<LinkReply>;
const kept: Answer = () => Promise.resolve({ status: 200, text: '{"revision":1,"leaseMs":10000}' });
const refused: Answer = () => Promise.reject(shoalError("CONTROL_UNREACHABLE", { message: "refused" }));
const never: Answer = () => new Promise(() => {});

function make(answer: (count: number, method: string) => Answer, random = seededRandom(1)) {
  const clock = createVirtualClock();
  const sent: Sent[] = [];
  const warnings: (LogFields | undefined)[] = [];
  const link: ControlLink = {
    send(method, path, { body }) {
      const { registration = "" } = (body ?? {}) as { registration?: string };
      sent.push({ atMs: clock.now(), method, path, registration });
      return answer(sent.length, method)();
    },
    stream: () => ({ close: () => {}, hold: () => {} }),
    close: () => {},
  };
  const log = { ...SILENT_LOG, warn: (_: string, fields?: LogFields) => void warnings.push(fields) };
  const lease = keepLease({ ports: { clock, random }, link, instance: sampleInstance("quotes-1"), log });
  return { clock, sent, lease, warnings };
}

describe("keepLease", () => {
  it("registers at once and renews every 3 s, give or take a tenth", async () => {
    const { clock, sent, lease } = make(() => kept);
    await lease.registered;
    await clock.advance(60_000);
    const pauses = sent.slice(1).map((request, index) => request.atMs - (sent[index]?.atMs ?? 0));
    expect(pauses.length).toBeGreaterThanOrEqual(18);
    for (const pauseMs of pauses) expect(Math.abs(pauseMs - 3_000)).toBeLessThanOrEqual(300);
    expect(new Set(pauses).size).toBeGreaterThan(5);
    expect(new Set(sent.map((request) => request.registration)).size).toBe(1);
  });

  it("renews in proportion when the registry grants a shorter lease", async () => {
    const { clock, sent } = make(
      () => () => Promise.resolve({ status: 200, text: '{"leaseMs":1000}' }),
      () => 0.5,
    );
    await clock.advance(3_000);
    expect(sent.map((request) => request.atMs)).toEqual([
      0, 300, 600, 900, 1_200, 1_500, 1_800, 2_100, 2_400, 2_700, 3_000,
    ]);
  });

  it("tries with growing, bounded pauses until it succeeds, and warns once of each reason", async () => {
    const { clock, sent, lease, warnings } = make(
      (count) => (count < 20 ? refused : kept),
      () => 1,
    );
    await clock.advance(60_000);
    await lease.registered;
    const pauses = sent.slice(1, 19).map((request, index) => request.atMs - (sent[index]?.atMs ?? 0));
    expect(pauses.slice(0, 7)).toEqual([50, 100, 200, 400, 800, 1_600, 2_000]);
    expect(Math.max(...pauses)).toBe(RECONNECT_MS_MAX);
    expect(warnings).toHaveLength(1);
  });

  it("says nothing of a control plane that is back within 2 s, as every start of a fleet has one", async () => {
    const { clock, lease, warnings } = make(
      (count) => (count < 6 ? refused : kept),
      () => 1,
    );
    await clock.advance(1_999);
    await lease.registered;
    expect(warnings).toEqual([]);
  });

  it("comes back as a new registration when it was taken out while it lives", async () => {
    const gone: Answer = () => Promise.resolve({ status: 410, text: "" });
    const { clock, sent } = make((count) => (count === 2 ? gone : kept));
    await clock.advance(4_000);
    expect(sent.map((request) => request.registration === sent[0]?.registration).slice(0, 3)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it("leaves after the renewal under way, and renews no more", async () => {
    let finish: (reply: LinkReply) => void = () => {};
    const slow: Answer = () =>
      new Promise((resolve) => {
        finish = resolve;
      });
    const { clock, sent, lease } = make((count) => (count === 1 ? slow : kept));
    const left = lease.leave();
    await clock.advance(10);
    expect(sent.map((request) => request.method)).toEqual(["PUT"]);
    finish({ status: 200, text: "{}" });
    await left;
    await clock.advance(60_000);
    expect(sent.map((request) => request.method)).toEqual(["PUT", "DELETE"]);
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ["hangs", never],
    ["refuses", refused],
  ] as const)("leaves within 1 s when the control plane %s", async (_, answer) => {
    const { clock, lease } = make(() => answer);
    const left = lease.leave();
    await clock.advance(LEAVE_MS);
    await left;
    await lease.registered;
  });

  it("leaves once", async () => {
    const { lease, sent } = make(() => kept);
    await Promise.all([lease.leave(), lease.leave()]);
    expect(sent.filter((request) => request.method === "DELETE")).toHaveLength(1);
  });

  it("renews at once when told that the registry is back, but never twice at a time", async () => {
    const { clock, sent, lease } = make((count) => (count === 3 ? never : kept));
    await clock.advance(100);
    lease.renewNow();
    await clock.advance(100);
    lease.renewNow();
    lease.renewNow();
    expect(sent.map((request) => request.atMs)).toEqual([0, 100, 200]);
    lease.stop();
    lease.renewNow();
    expect(clock.pending()).toBe(0);
  });
});
