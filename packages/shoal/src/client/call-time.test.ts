import { expect, it } from "vitest";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { sendToService } from "./client.ts";

const GET = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
const ATTEMPT_MS = 1_000;

/** A client of "quotes" that gives each attempt a second, and how long its calls take. */
function world() {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock, seed: 1 }), transport };
  const push = (names: readonly string[]) =>
    runtime.registry.push(
      names.map((name) => sampleInstance(name, { service: "quotes", address: name })),
      ["quotes"],
    );
  const failedAfterMs = async (attemptsMax: number) => {
    const startMs = clock.now();
    let ended: number | undefined;
    sendToService(runtime, "quotes", GET, { attemptMs: ATTEMPT_MS, attemptsMax }).catch(() => {
      ended = clock.now() - startMs;
    });
    while (ended === undefined && (await clock.advanceToNext()));
    return ended ?? 0;
  };
  return { clock, transport, push, failedAfterMs };
}

// filters go by the time at which a call last set out: each wait has to renew it

it("gives an attempt after a pause its whole time", async () => {
  const { transport, push, failedAfterMs } = world();
  transport.at("a", transport.hangs());
  const failed = failedAfterMs(2);
  push(["a"]);
  expect(await failed).toBeGreaterThanOrEqual(2 * ATTEMPT_MS);
});

it("gives an attempt after a refused one its whole time", async () => {
  const { transport, push, failedAfterMs } = world();
  transport.at("a", transport.refuses(600));
  transport.at("b", transport.refuses(600));
  transport.at("c", transport.hangs());
  const failed = failedAfterMs(1);
  push(["a", "b", "c"]);
  const lastMs = () => transport.sent.at(-1)?.atMs ?? 0;
  const tookMs = await failed;
  expect(transport.addresses().at(-1)).toBe("c");
  expect(tookMs - lastMs()).toBe(ATTEMPT_MS);
});

it("gives an attempt after a wait for an instance its whole time", async () => {
  const { clock, transport, push, failedAfterMs } = world();
  transport.at("a", transport.hangs());
  clock.after(700, () => push(["a"]));
  expect(await failedAfterMs(1)).toBeCloseTo(700 + ATTEMPT_MS, 0);
});
