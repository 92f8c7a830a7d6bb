import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { withRuntime } from "../client/process-runtime.ts";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { CancelSource } from "../core/cancellation.ts";
import { SILENT_LOG } from "../core/log.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingAt } from "../transport/arrival.ts";
import { createProcessTransport } from "../transport/process-transport.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { resolveServeOptions } from "./options.ts";
import { createServed } from "./served.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

it("a burst that arrives in one piece is admitted call by call: what computes begins one after the other, and the rest can be refused", async () => {
  const busy = contract("busy", {
    work: get("/work", { returns: z.string() }),
    quick: get("/quick", { returns: z.string() }),
  });
  let turn = 0;
  const begunInTurn: number[] = [];
  const computeFor = (ms: number) => {
    const endMs = performance.now() + ms;
    while (performance.now() < endMs);
  };
  const served = createServed({
    contract: busy,
    handlers: {
      quick: () => "done",
      work: () => {
        begunInTurn.push(turn);
        computeFor(12);
        return "done";
      },
    },
    options: resolveServeOptions({ drainPropagationMs: 0, concurrencyMax: 64, waitersMax: 64 }),
    tell: () => {},
  });
  const identity = { service: "busy", instance: "busy-1" };
  const runtime = { ...createFakeRuntime({ identity, registry: createFakeRegistry() }), ports: systemPorts };
  const listening = await withRuntime(runtime, () => served.listen({ port: 0 }));
  closers.push(listening.close);
  const connection = createProcessTransport({ clock: systemClock, log: SILENT_LOG }).connect(listening.address, 32);
  closers.push(connection.close);
  const ask = (target: string) =>
    connection.send(
      { method: "GET", target, headers: { "x-deadline-ms": "9000" }, body: undefined },
      arrivingAt(new CancelSource()),
    );
  await ask("/quick");
  await expect.poll(() => connection.callsMax?.(), { timeout: 10_000 }).toBe(1_024);

  let counting = true;
  const count = () => {
    turn += 1;
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  const outcomes = await Promise.all(Array.from({ length: 500 }, () => ask("/work")));
  counting = false;
  const nacked = outcomes.filter(({ reply }) => reply?.status === 503 && reply.headers["x-shoal-nack"]).length;
  const answered = outcomes.filter(({ reply }) => reply?.status === 200).length;
  expect(answered + nacked).toBe(500);
  expect(nacked).toBeGreaterThanOrEqual(500 - 128);
  expect(answered).toBe(begunInTurn.length);
  const inOneTurn = Math.max(...begunInTurn.map((one) => begunInTurn.filter((other) => other === one).length));
  expect(inOneTurn).toBeLessThanOrEqual(2);
});
