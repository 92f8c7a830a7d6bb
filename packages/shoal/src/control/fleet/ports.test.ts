import { createServer } from "node:net";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { holderOf, listenersIn } from "./port-holder.ts";
import { createPortPool, isPortFree, PORT_MAX, PORT_MIN } from "./ports.ts";

async function listening(host: string) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { port, [Symbol.asyncDispose]: () => new Promise<void>((resolve) => void server.close(() => resolve())) };
}

describe("a port pool", () => {
  it("never has a port in two hands, stays in its range, and gives out again what was released", async () => {
    const action = fc.oneof(fc.constant("take" as const), fc.nat(20));
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 100 }), fc.integer(), async (actions, seed) => {
        const pool = createPortPool(seededRandom(seed), async (port) => port % 3 !== 0);
        const held: number[] = [];
        for (const step of actions) {
          if (step === "take") {
            const port = await pool.take();
            expect(held).not.toContain(port);
            expect(port >= PORT_MIN && port <= PORT_MAX && port % 3 !== 0).toBe(true);
            held.push(port);
          } else for (const port of held.splice(step, 1)) pool.release(port);
        }
      }),
    );
  });

  it("gives different ports to those who ask at the same time", async () => {
    const pool = createPortPool(
      () => 0.5,
      async () => true,
    );
    const ports = await Promise.all(Array.from({ length: 50 }, () => pool.take()));
    expect(new Set(ports).size).toBe(50);
  });

  it("gives up when nothing is free, after a bounded number of tries", async () => {
    let tries = 0;
    const pool = createPortPool(seededRandom(1), async () => {
      tries += 1;
      return false;
    });
    await expect(pool.take()).rejects.toMatchObject({ code: "PORT_TAKEN" });
    expect(tries).toBe(200);
  });

  it("does not give a fixed port away twice", async () => {
    const pool = createPortPool(seededRandom(1), async () => true);
    await pool.takeFixed(8_080);
    await expect(pool.takeFixed(8_080)).rejects.toThrow("[PORT_TAKEN] port 8080 is taken by this fleet");
    pool.release(8_080);
    expect(await pool.takeFixed(8_080)).toBe(8_080);
  });

  it("says which process holds a fixed port", async () => {
    await using held = await listening("127.0.0.1");
    const pool = createPortPool(seededRandom(1));
    await expect(pool.takeFixed(held.port)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      details: { port: held.port, pid: process.pid },
    });
  });
});

describe("isPortFree", () => {
  it.each(["127.0.0.1", "0.0.0.0"])("sees a listener on %s", async (host) => {
    await using held = await listening(host);
    expect(await isPortFree(held.port)).toBe(false);
  });
});

describe("listenersIn", () => {
  it("finds listening sockets of the port, and no connection", () => {
    const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1130 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1
   1: 0100007F:1130 0100007F:A001 01 00000000:00000000 00:00000000 00000000     0        0 4712 1
   2: 0100007F:1131 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1
`;
    expect([listenersIn(table, 0x1130), listenersIn(table, 80), listenersIn("", 80)]).toEqual([["4711"], [], []]);
  });
});

it("nobody holds a port on which nobody listens", async () => {
  const held = await listening("127.0.0.1");
  expect(await holderOf(held.port)).toMatchObject({ pid: process.pid });
  await held[Symbol.asyncDispose]();
  expect(await holderOf(held.port)).toBeUndefined();
});
