import { describe, expect, it } from "vitest";
import { shoalError } from "../../core/errors.ts";
import { failure } from "../../core/outcome.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { InstanceSet, Resolver } from "../../discovery/resolver.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createEjection } from "../instance/ejection.ts";
import { createFailFast } from "../instance/fail-fast.ts";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { balanceState } from "./balance-state.ts";
import { createLoad } from "./load.ts";
import { createPeers, type InstanceClient } from "./peers.ts";

function fleet(count: number, zone: string): readonly Instance[] {
  return Array.from({ length: count }, (_, index) => sampleInstance(`quotes-${zone}-${index}`, { zone }));
}

/** Peers of a process in the zone "east". */
function world(instances: readonly Instance[]) {
  const clock = createVirtualClock();
  const listeners: ((set: InstanceSet) => void)[] = [];
  const opened: string[] = [];
  const closed: string[] = [];
  let set: InstanceSet = { state: "ok", instances, lastResort: [], known: [] };
  const resolver: Resolver = {
    instancesOf: () => set,
    watch() {},
    onChange(_, listener) {
      listeners.push(listener);
      return () => {};
    },
    faultsOf: () => undefined,
    close() {},
  };
  const open = (instance: Instance): InstanceClient => {
    opened.push(instance.id);
    const load = createLoad();
    return {
      id: instance.id,
      zone: instance.zone,
      instance,
      load,
      ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0),
      failFast: createFailFast(() => 0),
      attempt: async () => failure("final", shoalError("INTERNAL", { message: "not called" })),
      waiting: () => (load.pending() > 0 ? 1 : 0),
      isFull: () => false,
      close: () => void closed.push(instance.id),
    };
  };
  const options = { resolver, service: "quotes", zone: "east", settings: SERVICE_DEFAULTS, open };
  const peers = createPeers(options, { clock, random: seededRandom(1) });
  const push = (next: readonly Instance[], lastResort: readonly Instance[] = []) => {
    set = { ...set, instances: next, lastResort };
    for (const listener of listeners) listener(set);
  };
  return { clock, peers, push, opened, closed };
}

function eject({ ejection }: InstanceClient, nowMs: number): void {
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", nowMs, () => true);
}

describe("createPeers", () => {
  it("opens no more than a subset of each zone, and the next when one of it goes out", () => {
    const { peers, opened } = world([...fleet(100, "east"), ...fleet(100, "west")]);
    expect(peers.instances()).toHaveLength(40);
    eject(peers.instances()[0] as InstanceClient, 0);
    peers.changed();
    expect(peers.instances()).toHaveLength(41);
    expect(opened).toHaveLength(41);
  });

  it("closes who has gone, keeps who is a last resort, and opens anew who has moved", () => {
    const [one, two, three] = fleet(3, "east") as [Instance, Instance, Instance];
    const { peers, push, opened, closed } = world([one, two, three]);
    expect(peers.instances()).toHaveLength(3);
    push([{ ...two, address: "http://127.0.0.1:9" }], [three]);
    expect(closed).toEqual([one.id, two.id]);
    expect(peers.instances().map(({ id }) => id)).toEqual([two.id]);
    expect(peers.lastResort().members.map(({ id }) => id)).toEqual([three.id]);
    expect(opened).toEqual([one.id, two.id, three.id, two.id]);
  });

  it("counts who has gone from a zone as lost for five minutes, then takes the zone to be as small as it is", async () => {
    const { clock, peers, push } = world([...fleet(10, "east"), ...fleet(10, "west")]);
    push([...fleet(5, "east"), ...fleet(10, "west")]);
    expect(peers.survey().localShare).toBeCloseTo(0.7);
    push(fleet(10, "west"));
    expect(peers.survey().localShare).toBe(0);
    push([...fleet(5, "east"), ...fleet(10, "west")]);
    await clock.advance(300_000);
    expect(peers.survey().localShare).toBe(1);
  });

  it("tries all of a lost zone at once when one of it is well again", () => {
    const { clock, peers } = world([...fleet(10, "east"), ...fleet(10, "west")]);
    const east = peers.instances().filter(({ zone }) => zone === "east");
    for (const client of east.slice(0, 5)) eject(client, clock.now());
    for (const client of east.slice(5)) client.failFast.refused(clock.now());
    peers.changed();
    expect(peers.survey()).toMatchObject({ localShare: 0, due: [] });
    peers.readmitted(east[0] as InstanceClient);
    expect(peers.survey().due).toHaveLength(10);
  });

  it("leaves the others their pauses when one is well again and the zone carried its traffic all the time", () => {
    const { clock, peers } = world([...fleet(10, "east"), ...fleet(10, "west")]);
    const [first, second] = peers.instances() as [InstanceClient, InstanceClient];
    for (const client of [first, second]) eject(client, clock.now());
    peers.readmitted(first);
    expect(peers.survey().due).toEqual([]);
  });

  it("hastens nobody in another zone, nor anybody for one that is well again there", () => {
    const { clock, peers } = world([...fleet(10, "east"), ...fleet(10, "west")]);
    const [east, west] = ["east", "west"].map((name) => peers.instances().filter(({ zone }) => zone === name));
    for (const client of [...(east ?? []), ...(west ?? []).slice(0, 2)]) eject(client, clock.now());
    peers.changed();
    peers.readmitted(west?.[0] as InstanceClient);
    expect(peers.survey().due).toEqual([]);
    peers.readmitted(east?.[0] as InstanceClient);
    expect(peers.survey().due.map(({ zone }) => zone)).toEqual(Array(10).fill("east"));
  });

  it("charges nothing for a probe that found its instance well", () => {
    const { peers } = world(fleet(2, "east"));
    while (peers.probes.take(0));
    peers.readmitted(peers.instances()[0] as InstanceClient);
    expect(peers.probes.take(0)).toBe(true);
  });

  it("tells of each change of the registry's set until it is told not to, and closes all with itself", () => {
    const { peers, push, closed } = world(fleet(2, "east"));
    peers.instances();
    let told = 0;
    const cancel = peers.onChange(() => {
      told += 1;
    });
    push(fleet(2, "east"));
    cancel();
    push(fleet(2, "east"));
    expect(told).toBe(1);
    peers.close();
    expect(closed).toHaveLength(2);
  });

  it("sums up what is in flight and what waits", () => {
    const { clock, peers } = world(fleet(3, "east"));
    for (const { load } of peers.instances()) load.begin(0);
    expect(balanceState(peers, 4, clock.now())).toMatchObject({ inFlight: 3, waiting: 7 });
  });

  it("tells who is out, why, for how long and until when", async () => {
    const { clock, peers } = world([...fleet(4, "east"), ...fleet(4, "west")]);
    const [failing, refusing] = peers.instances() as [InstanceClient, InstanceClient];
    eject(failing, clock.now());
    refusing.failFast.refused(clock.now());
    peers.changed();
    await clock.advance(400);
    expect(balanceState(peers, 3, clock.now())).toEqual({
      instances: 8,
      subset: 8,
      ejected: [
        { instance: failing.id, reason: "consecutive_failures", forMs: 400, probeInMs: 600 },
        { instance: refusing.id, reason: "connection_refused", forMs: 400, probeInMs: 600 },
      ],
      panic: false,
      zoneLocalShare: 0.7,
      inFlight: 0,
      waiting: 3,
    });
  });
});

it("leaves no listener behind for a service that cannot be watched", () => {
  let listening = 0;
  const resolver: Resolver = {
    instancesOf: () => ({ state: "pending", instances: [], lastResort: [], known: [] }),
    watch() {
      throw shoalError("LIMIT_REACHED", { message: "as many are watched as may" });
    },
    onChange() {
      listening += 1;
      return () => {
        listening -= 1;
      };
    },
    faultsOf: () => undefined,
    close() {},
  };
  const open = () => {
    throw new Error("not opened");
  };
  const options = { resolver, service: "quotes", zone: "east", settings: SERVICE_DEFAULTS, open };
  expect(() => createPeers(options, { clock: createVirtualClock(), random: () => 0 })).toThrow("LIMIT_REACHED");
  expect(listening).toBe(0);
});
