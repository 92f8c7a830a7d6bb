import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { InstanceState } from "../api/contract.ts";
import { createChangeHub } from "./change-hub.ts";
import type { InstanceRunner } from "./instance-runner.ts";
import { createRollingRestart } from "./rolling-restart.ts";

function setUp(...states: InstanceState[]) {
  const hub = createChangeHub(createVirtualClock());
  const restarted: string[] = [];
  const set = async (index: number, state: InstanceState) => {
    states[index] = state;
    hub.touch();
    await new Promise((resolve) => setImmediate(resolve));
  };
  const runners = states.map(
    (_, index): InstanceRunner => ({
      service: "a",
      start: () => {},
      stop: () => {},
      restart: (cause) => {
        restarted.push(`${index} ${cause}`);
        states[index] = "starting";
      },
      status: () => ({
        service: "a",
        instance: `a-${index}`,
        state: states[index] ?? "stopped",
        address: null,
        pid: null,
        restarts: 0,
        realm: "local",
        zone: "local",
        release: "dev",
        sinceMs: 0,
        reason: null,
      }),
      gone: async () => {},
    }),
  );
  return { rolling: createRollingRestart(runners, hub.changed), restarted, set };
}

describe("a rolling restart", () => {
  it("touches an instance only when the one before it is ready", async () => {
    const { rolling, restarted, set } = setUp("ready", "ready", "ready");
    rolling.begin("request");
    await set(0, "backoff");
    expect(restarted).toEqual(["0 request"]);
    await set(0, "ready");
    expect(restarted).toEqual(["0 request", "1 request"]);
    await set(1, "ready");
    await set(2, "ready");
    expect(restarted).toEqual(["0 request", "1 request", "2 request"]);
  });

  it("restarts at once those that serve nobody", () => {
    const { rolling, restarted } = setUp("ready", "crash-loop", "ready", "starting");
    rolling.begin("change");
    expect(restarted).toEqual(["1 change", "3 change", "0 change"]);
  });

  it.each(["failed", "crash-loop", "stopped"] as const)("leaves the others alone when one is %s", async (state) => {
    const { rolling, restarted, set } = setUp("ready", "ready");
    rolling.begin("request");
    await set(0, state);
    await set(0, "ready");
    expect(restarted).toEqual(["0 request"]);
  });

  it("starts over when it is asked again, and each round only once", async () => {
    const { rolling, restarted, set } = setUp("ready", "ready");
    rolling.begin("change");
    rolling.begin("change");
    expect(restarted).toEqual(["0 change", "0 change", "1 change"]);
    await set(0, "ready");
    await set(1, "ready");
    expect(restarted).toHaveLength(3);
  });

  it("touches nobody after it was cancelled", async () => {
    const { rolling, restarted, set } = setUp("ready", "ready");
    rolling.begin("request");
    rolling.cancel();
    await set(0, "ready");
    expect(restarted).toEqual(["0 request"]);
  });
});
