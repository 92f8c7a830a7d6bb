import { describe, expect, it } from "vitest";
import { shoalError } from "../core/errors.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { bind, WANTED_MS } from "./bind.ts";

/** A machine with some ports taken. */
function machine(taken: Iterable<number>) {
  const busy = new Set(taken);
  const tried: number[] = [];
  return {
    busy,
    tried,
    async listen(port: number) {
      tried.push(port);
      if (busy.has(port)) throw shoalError("PORT_TAKEN", { message: `${port} is taken` });
      return port === 0 ? 50_000 : port;
    },
  };
}

describe("bind", () => {
  it("takes the preferred port, or the next free one", async () => {
    const clock = createVirtualClock();
    expect(await bind({ kind: "preferred", port: 4_400 }, clock, machine([]).listen)).toBe(4_400);
    expect(await bind({ kind: "preferred", port: 4_400 }, clock, machine([4_400, 4_401]).listen)).toBe(4_402);
  });

  it("takes any port when those after the preferred one are all taken, or there are none", async () => {
    const clock = createVirtualClock();
    const all = machine(Array.from({ length: 200 }, (_, index) => 4_400 + index));
    expect(await bind({ kind: "preferred", port: 4_400 }, clock, all.listen)).toBe(50_000);
    expect(all.tried).toHaveLength(22);
    expect(await bind({ kind: "preferred", port: 65_535 }, clock, machine([65_535]).listen)).toBe(50_000);
  });

  it("waits for a wanted port", async () => {
    const clock = createVirtualClock();
    const host = machine([4_400]);
    const bound = bind({ kind: "wanted", port: 4_400 }, clock, host.listen);
    await clock.advance(3_000);
    host.busy.delete(4_400);
    await clock.advance(100);
    expect(await bound).toBe(4_400);
    expect(new Set(host.tried)).toEqual(new Set([4_400]));
  });

  it("gives a wanted port up after five seconds", async () => {
    const clock = createVirtualClock();
    const bound = bind({ kind: "wanted", port: 4_400 }, clock, machine([4_400]).listen);
    const refused = expect(bound).rejects.toMatchObject({ code: "PORT_TAKEN" });
    await clock.advance(WANTED_MS + 100);
    await refused;
    expect(clock.pending()).toBe(0);
  });

  it("does not try again what is not for want of a port", async () => {
    const listen = async () => {
      throw shoalError("SERVICE_FAILED", { message: "no such host" });
    };
    await expect(bind({ kind: "preferred", port: 1 }, createVirtualClock(), listen)).rejects.toMatchObject({
      code: "SERVICE_FAILED",
    });
  });
});
