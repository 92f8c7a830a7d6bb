import { describe, expect, it } from "vitest";
import { FAULTS_MAX } from "../../discovery/fault.ts";
import { createRecordingLog } from "../../testing/recording-log.ts";
import { sampleFault } from "../../testing/sample-fault.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { FaultSetting } from "./fault-permit.ts";
import { runFaults } from "./running-faults.ts";

function running(realm = "local", setting?: FaultSetting) {
  const clock = createVirtualClock();
  const log = createRecordingLog();
  const faults = runFaults({ ports: { clock, random: seededRandom(1) }, log, realm, setting });
  const changes: string[] = [];
  faults.onChanged((service) => void changes.push(service));
  const add = (service = "quotes", forMs = 10_000) => {
    const { id: _id, remainingMs: _remainingMs, ...wish } = sampleFault({ service, latencyMs: 5 });
    return faults.add(wish, forMs, "cli");
  };
  const told = (services?: readonly string[], asking: string | undefined = "local") =>
    faults.toldTo({ services: services && new Set(services), realm: asking, fallback: new Map() });
  return { clock, log, faults, changes, add, told };
}

describe("the faults of a fleet", () => {
  it("are told to who watches their service, with the time that is left", async () => {
    const { clock, add, told } = running();
    const { id } = add();
    add("rates");
    await clock.advance(4_000);
    expect(told(["quotes"])).toEqual([sampleFault({ id, latencyMs: 5, remainingMs: 6_000 })]);
    expect(told(["web"])).toEqual([]);
    expect(told()).toHaveLength(2);
  });

  it("end by themselves, each at its time, and that is told and logged", async () => {
    const { clock, faults, changes, add, log } = running();
    const { id } = add("quotes", 1_000);
    add("rates", 2_000);
    await clock.advance(999);
    expect(faults.list()).toHaveLength(2);
    await clock.advance(1);
    expect(faults.list().map(({ service }) => service)).toEqual(["rates"]);
    await clock.advance(1_000);
    expect(faults.list()).toEqual([]);
    expect(changes).toEqual(["quotes", "rates", "quotes", "rates"]);
    expect(log.lines.filter(({ message }) => message === "a fault has ended by itself")).toHaveLength(2);
    expect(log.lines[0]).toMatchObject({ message: "a fault is injected", fields: { fault: id, by: "cli" } });
    expect(clock.pending()).toBe(0);
  });

  it("end when somebody says so, once", () => {
    const { faults, changes, add } = running();
    const { id } = add();
    expect(faults.remove(id, "dashboard")?.id).toBe(id);
    expect(faults.remove(id, "dashboard")).toBeUndefined();
    expect([faults.list(), changes]).toEqual([[], ["quotes", "quotes"]]);
  });

  it("are refused outside of development, but where that is allowed", () => {
    expect(() => running("production").add()).toThrow("[FAULT_REFUSED]");
    expect(running("production", "allowed").add().service).toBe("quotes");
  });

  it("are not told to callers in a realm that is not for development", () => {
    const { add, told } = running();
    add();
    expect(told(["quotes"], "production")).toEqual([]);
    expect(told(["quotes"], "dev-ada")).toHaveLength(1);
  });

  it("are a hundred at most", () => {
    const { add } = running();
    for (let count = 0; count < FAULTS_MAX; count += 1) add();
    expect(() => add()).toThrow("100 faults last already");
  });
});
