import { expect, it } from "vitest";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { sendToService } from "./client.ts";

const GET = { method: "GET", target: "/quotes/1", headers: {}, body: undefined };
const ATTEMPT_MS = 1_000;

/** A client of "quotes" that gives each attempt a second. */
function world() {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const runtime = { ...createFakeRuntime({ clock, seed: 1 }), transport };
  const push = (names: readonly string[]) =>
    runtime.registry.push(
      names.map((name) => sampleInstance(name, { service: "quotes", address: name })),
      ["quotes"],
    );
  /** Makes a call that fails. Returns the time that each of its attempts was told to have, in ms. */
  const timesTold = async (attemptsMax: number) => {
    let isOver = false;
    sendToService(runtime, "quotes", GET, { attemptMs: ATTEMPT_MS, attemptsMax }).catch(() => {
      isOver = true;
    });
    while (!isOver && (await clock.advanceToNext()));
    return transport.sent.map(({ request }) => Number(request.headers["x-deadline-ms"]));
  };
  return { clock, transport, push, timesTold };
}

// filters go by the time at which a call last set out: each wait has to renew it

it("gives an attempt after a pause its whole time", async () => {
  const { transport, push, timesTold } = world();
  transport.at("a", transport.hangs());
  const told = timesTold(2);
  push(["a"]);
  expect(await told).toEqual([ATTEMPT_MS, ATTEMPT_MS]);
});

it("gives an attempt after a refused one its whole time", async () => {
  const { transport, push, timesTold } = world();
  for (const name of ["a", "b"]) transport.at(name, transport.refuses(600));
  const told = timesTold(1);
  push(["a", "b"]);
  expect((await told).slice(0, 2)).toEqual([ATTEMPT_MS, ATTEMPT_MS]);
});

it("gives an attempt after a wait for an instance its whole time", async () => {
  const { clock, transport, push, timesTold } = world();
  transport.at("a", transport.hangs());
  clock.after(700, () => push(["a"]));
  expect(await timesTold(1)).toEqual([ATTEMPT_MS]);
});
