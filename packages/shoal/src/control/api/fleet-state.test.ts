import { describe, expect, it } from "vitest";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceStatus } from "./contract.ts";
import { createFleetState, FLEET_STATE_DEFAULTS, type Moment } from "./fleet-state.ts";

function at(seconds: number): Moment {
  return { nowMs: seconds * 1_000, wallMs: 1_000_000 + seconds * 1_000 };
}

function status(instance: string, given: Partial<InstanceStatus> = {}): InstanceStatus {
  return {
    service: "quotes",
    instance,
    state: "ready",
    address: "http://127.0.0.1:1",
    pid: 7,
    restarts: 2,
    realm: "local",
    zone: "local",
    release: "dev",
    sinceMs: 5,
    reason: null,
    ...given,
  };
}

function registered(id: string, service = "quotes"): Instance {
  return { id, service, address: "http://127.0.0.1:1", realm: "local", zone: "local", release: "dev", contract: "" };
}

function report(instances: readonly InstanceStatus[], address = "http://127.0.0.1:9") {
  return { fleet: "tuition", address, instances, warnings: [] };
}

describe("createFleetState", () => {
  it("takes a supervisor's word before the registry's", () => {
    const state = createFleetState();
    state.report(
      "a",
      report([status("q-1", { state: "unhealthy", reason: "503" }), status("q-2", { state: "backoff" })]),
      at(0),
    );
    const list = state.instances([registered("q-1")], at(1));
    expect(list.map(({ instance, state }) => [instance, state])).toEqual([
      ["q-1", "unhealthy"],
      ["q-2", "backoff"],
    ]);
  });

  it("replaces a report by the next", () => {
    const state = createFleetState();
    state.report("a", report([status("q-1")]), at(0));
    state.report("a", report([status("q-2")]), at(1));
    expect(state.instances([], at(1)).map(({ instance }) => instance)).toEqual(["q-2"]);
  });

  it("calls a ready instance unhealthy when the registry, which knows everybody, does not know it", () => {
    const state = createFleetState();
    const readyS = 100;
    const ready = { sinceMs: at(readyS).wallMs };
    const command = status("c-1", { ...ready, address: null });
    const reportAt = (seconds: number) =>
      state.report("a", report([status("q-1", ready), status("q-2", ready), command]), at(seconds));
    const statesAt = (seconds: number, isComplete: boolean) => {
      reportAt(seconds);
      return state.instances([registered("q-2")], at(seconds), isComplete).map((one) => one.state);
    };
    expect(statesAt(readyS + 15, true)).toEqual(["ready", "ready", "ready"]);
    expect(statesAt(readyS + 16, false)).toEqual(["ready", "ready", "ready"]);
    expect(statesAt(readyS + 16, true)).toEqual(["ready", "unhealthy", "ready"]);
    expect(state.instances([], at(readyS + 16), true)[1]?.reason).toContain("does not renew its lease");
  });

  it("shows instances that nobody supervises, since they were first seen", () => {
    const state = createFleetState();
    expect(state.instances([registered("x")], at(1))).toEqual([
      { ...status("x"), pid: null, restarts: 0, sinceMs: at(1).wallMs },
    ]);
    expect(state.instances([registered("x")], at(50))[0]?.sinceMs).toBe(at(1).wallMs);
  });

  it("falls back to the registry when a supervisor is silent, and says why", () => {
    const state = createFleetState();
    state.report("a", report([status("q-1"), status("q-2", { state: "starting" })]), at(0));
    const silentS = FLEET_STATE_DEFAULTS.silentMs / 1_000;
    expect(state.instances([registered("q-1")], at(silentS))).toHaveLength(2);
    expect(state.instances([registered("q-1")], at(silentS + 1))).toEqual([
      status("q-1", { reason: "its supervisor has been silent for 16 s" }),
    ]);
    expect(state.instances([registered("q-1")], at(601))[0]?.reason).toBeNull();
  });

  it("sorts by service and instance", () => {
    const state = createFleetState();
    state.report("a", report([status("z-1", { service: "z" }), status("q-2"), status("q-1")]), at(0));
    const list = state.instances([registered("b-1", "b")], at(1));
    expect(list.map(({ instance }) => instance)).toEqual(["b-1", "q-1", "q-2", "z-1"]);
  });

  it("knows which living supervisors run a service", () => {
    const state = createFleetState();
    state.report("a", report([status("q-1")], "http://127.0.0.1:1"), at(0));
    state.report("b", report([status("q-2"), status("r-1", { service: "rates" })], "http://127.0.0.1:2"), at(10));
    expect(state.supervisorsOf("quotes", at(10))).toEqual(["http://127.0.0.1:1", "http://127.0.0.1:2"]);
    expect(state.supervisorsOf("rates", at(10))).toEqual(["http://127.0.0.1:2"]);
    expect(state.supervisorsOf("quotes", at(20))).toEqual(["http://127.0.0.1:2"]);
    expect(state.supervisorsOf("nobody", at(10))).toEqual([]);
    expect(state.fleet()).toBe("tuition");
  });

  it("passes on what the supervisors that are heard warn of", () => {
    const state = createFleetState();
    state.report("a", { ...report([]), warnings: ["no fleet.json"] }, at(0));
    state.report("b", report([]), at(0));
    expect(state.warnings(at(1))).toEqual(["no fleet.json"]);
    expect(state.warnings(at(16))).toEqual([]);
  });

  it("remembers no more supervisors than allowed", () => {
    const state = createFleetState({ supervisorsMax: 2 });
    for (let index = 0; index < 5; index += 1) state.report(`s${index}`, report([status(`q-${index}`)]), at(index));
    expect(state.instances([], at(5)).map(({ instance }) => instance)).toEqual(["q-3", "q-4"]);
  });

  it.each([{ silentMs: 0 }, { forgetMs: 1 }, { supervisorsMax: 0 }])("rejects %j", (options) => {
    expect(() => createFleetState(options)).toThrow("[OPTION_INVALID]");
  });
});
