import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createFakeHistory } from "../../testing/fake-history.ts";
import { fleetStatus } from "../../testing/fleet-status.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { FleetView } from "../api/fleet-view.ts";
import { createProblemCounts } from "../api/problem-counts.ts";
import type { InstanceStatus, ServiceStatus } from "../api/schemas/fleet.ts";
import type { LogEntry } from "../api/schemas/logs.ts";
import type { TraceSummary } from "../api/schemas/traces.ts";
import { createLiveHub, type LiveHubOptions, RATES_MS, SOON_MS } from "./live-hub.ts";
import { liveQuery } from "./live-query.ts";
import { HEARTBEAT_MS, type LiveReader } from "./live-reader.ts";

interface Seen {
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what a test reads from an event has many shapes
  readonly data: any;
}

function made(given?: Partial<LiveHubOptions>) {
  const clock = createVirtualClock();
  const history = createFakeHistory();
  const fleet = { instances: [] as InstanceStatus[], services: [] as ServiceStatus[] };
  const view: FleetView = {
    fleet: () => fleetStatus(),
    instances: () => fleet.instances,
    services: () => fleet.services,
    map: () => ({ nodes: fleet.services.map((one) => ({ ...one, name: one.service, kind: "service" })), edges: [] }),
    countLostLines: () => {},
  };
  const hub = createLiveHub({ clock, history, view, problems: createProblemCounts(clock, history) }, given);
  const add = (query: string) => {
    const reader = hub.add(liveQuery(query));
    if (!reader) throw new Error("refused");
    return reader;
  };
  return { clock, history, fleet, hub, add };
}

function eventsIn(bytes: Uint8Array | undefined): Seen[] {
  const blocks = Buffer.from(bytes ?? [])
    .toString()
    .split("\n\n");
  return blocks.flatMap((block) => {
    const [, event = "", data = ""] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
    return event === "" ? [] : [{ event, data: JSON.parse(data) }];
  });
}

async function read(reader: LiveReader): Promise<Seen[]> {
  return eventsIn((await reader.next()).value);
}

function instance(id: string, state: InstanceStatus["state"] = "ready"): InstanceStatus {
  const place = { realm: "local", zone: "local", release: "dev" };
  return {
    service: "quotes",
    instance: id,
    state,
    address: null,
    pid: 1,
    restarts: 0,
    sinceMs: 0,
    reason: null,
    ...place,
  };
}

function service(requestsPerSecond: number): ServiceStatus {
  return {
    service: "quotes",
    instances: 1,
    ready: 1,
    problems: 0,
    requestsPerSecond,
    errorRatio: 0,
    p50Ms: 1,
    p99Ms: 2,
  };
}

function line(seq: number, text: string): LogEntry {
  const who = { service: "quotes", instance: "quotes-1", stream: "stdout", level: "info" } as const;
  return { seq, timeMs: 0, ...who, text, message: text, traceId: "", spanId: "", fields: {} };
}

function trace(traceId: string, spans: number): TraceSummary {
  const root = { service: "quotes", name: "getQuote", startMs: 0, durationMs: 5 };
  return {
    traceId,
    ...root,
    spans,
    errors: 0,
    services: [{ service: "quotes", spans, errors: 0 }],
    status: 200,
    beginningMissing: false,
    run: "r",
  };
}

/** What a dashboard makes of the events. */
function learn(known: Set<string>, { event, data }: Seen): void {
  if (event !== "instances") return;
  if (data.all) known.clear();
  for (const id of data.gone) known.delete(id);
  for (const one of data.changed) known.add(one.instance);
}

describe("the live hub", () => {
  it("tells a new reader all there is, and then only the rows that changed", async () => {
    const { clock, fleet, hub, add } = made();
    fleet.instances = [instance("a"), instance("b")];
    const reader = add("topics=fleet");
    const first = await read(reader);
    expect(first.map(({ event }) => event)).toEqual(["fleet", "services", "instances"]);
    expect(first[2]?.data).toMatchObject({ all: true, changed: [{ instance: "a" }, { instance: "b" }], gone: [] });
    fleet.instances = [fleet.instances[0] ?? instance("a"), instance("b", "draining")];
    hub.changed();
    await clock.advance(SOON_MS);
    expect(await read(reader)).toEqual([
      { event: "instances", data: { all: false, changed: [instance("b", "draining")], gone: [] } },
    ]);
    fleet.instances = [instance("b", "draining")];
    await clock.advance(RATES_MS);
    expect(await read(reader)).toEqual([{ event: "instances", data: { all: false, changed: [], gone: ["a"] } }]);
  });

  it("sends rates once a second, and nothing while the fourth digit stands still", async () => {
    const { clock, fleet, add } = made();
    fleet.services = [service(10)];
    const reader = add("topics=fleet,map");
    await read(reader);
    fleet.services = [service(10.000001)];
    await clock.advance(RATES_MS);
    fleet.services = [service(11)];
    await clock.advance(RATES_MS);
    const events = await read(reader);
    expect(events.map(({ event }) => event)).toEqual(["services", "map"]);
    expect(events[0]?.data.changed).toMatchObject([{ requestsPerSecond: 11 }]);
  });

  it("gathers lines for a quarter of a second and sends each reader what it asked for", async () => {
    const { clock, history, add } = made();
    const all = add("topics=logs");
    const some = add("topics=logs&text=slow%20-retry");
    await all.next();
    await some.next();
    history.tell({ logs: [line(1, "Slow query"), line(2, "fast")] });
    history.tell({ logs: [line(3, "slow retry")] });
    await clock.advance(SOON_MS);
    expect((await read(all))[0]?.data).toMatchObject({ lines: [{ seq: 1 }, { seq: 2 }, { seq: 3 }], dropped: 0 });
    expect((await read(some))[0]?.data).toMatchObject({ lines: [{ seq: 1 }], dropped: 0 });
  });

  it("shows a trace once, as it is at last", async () => {
    const { clock, history, add } = made();
    const reader = add("topics=traces");
    await reader.next();
    history.tell({ traces: [trace("a", 1), trace("b", 1)] });
    history.tell({ traces: [trace("a", 3)] });
    await clock.advance(SOON_MS);
    const traces = (await read(reader))[0]?.data.traces as TraceSummary[];
    expect(traces.map(({ traceId, spans }) => [traceId, spans])).toEqual([
      ["a", 3],
      ["b", 1],
    ]);
  });

  it("shows the newest of too many lines, and how many it left out", async () => {
    const { clock, history, add } = made();
    const reader = add("topics=logs");
    await reader.next();
    history.tell({ logs: Array.from({ length: 2_500 }, (_, index) => line(index, "x")) });
    await clock.advance(SOON_MS);
    const { lines, dropped } = (await read(reader))[0]?.data ?? {};
    expect([lines.length, lines[0].seq, dropped]).toEqual([2_000, 500, 500]);
  });

  it("sends a slow reader less, counts it, and then tells it all of the fleet again", async () => {
    const { clock, fleet, history, add } = made({ waitingBytesMax: 2_000 });
    const reader = add("topics=fleet,logs");
    await reader.next();
    for (let second = 0; second < 50; second += 1) {
      fleet.instances = [instance(`i-${second}`)];
      history.tell({ logs: [line(second, "x".repeat(100))] });
      await clock.advance(RATES_MS);
    }
    const late = await read(reader);
    expect(Buffer.byteLength(JSON.stringify(late))).toBeLessThan(6_000);
    expect(late.filter(({ event }) => event === "instances").at(-1)?.data).toMatchObject({
      all: true,
      changed: [{ instance: "i-49" }],
    });
    const shown = late.filter(({ event }) => event === "logs").flatMap(({ data }) => data.lines).length;
    history.tell({ logs: [line(50, "x")] });
    await clock.advance(SOON_MS);
    const { dropped } = (await read(reader)).find(({ event }) => event === "logs")?.data ?? {};
    expect(shown + dropped).toBe(50);
  });

  it("says that it is still there", async () => {
    const { clock, add } = made();
    const reader = add("topics=logs");
    await reader.next();
    const next = reader.next();
    await clock.advance(HEARTBEAT_MS);
    expect(Buffer.from((await next).value ?? []).toString()).toBe(":\n\n");
  });

  it("refuses one reader too many, and does nothing once all have gone", async () => {
    const { clock, history, hub, add } = made({ readersMax: 2 });
    const readers = [add("topics=logs"), add("topics=fleet,map")];
    expect(hub.add(liveQuery("topics=logs"))).toBeUndefined();
    for (const reader of readers) await reader.return();
    expect([hub.size(), history.listeners(), clock.pending()]).toEqual([0, 0, 0]);
    add("topics=logs");
    hub.close();
    expect([hub.size(), history.listeners(), clock.pending()]).toEqual([0, 0, 0]);
  });

  it("lets a reader know the fleet as it is, whatever happened and however slowly it reads", async () => {
    const step = fc.oneof(
      fc.uniqueArray(fc.constantFrom("a", "b", "c", "d"), { maxLength: 4 }).map((ids) => ({ ids })),
      fc.constant({ read: true }),
      fc.integer({ min: 1, max: 3_000 }).map((ms) => ({ ms })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const { clock, fleet, hub, add } = made({ waitingBytesMax: 600 });
        const reader = add("topics=fleet");
        const known = new Set<string>();
        const take = async () => {
          for (const seen of await read(reader)) learn(known, seen);
        };
        await take();
        for (const one of steps) {
          if ("ms" in one) await clock.advance(one.ms);
          else if ("read" in one) {
            // Something is always new: else the read would wait.
            fleet.services = [service(clock.now() + 1)];
            await clock.advance(RATES_MS);
            await take();
          } else {
            fleet.instances = one.ids.map((id) => instance(id));
            hub.changed();
          }
        }
        fleet.services = [service(-1)];
        await clock.advance(RATES_MS);
        await take();
        expect([...known].sort()).toEqual(fleet.instances.map((one) => one.instance).sort());
        hub.close();
      }),
    );
  });
});
