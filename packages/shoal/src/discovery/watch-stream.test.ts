import { describe, expect, it } from "vitest";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import type { LinkEvents } from "./control-link.ts";
import type { Snapshot } from "./instance.ts";
import { RECONNECT_MS_MAX } from "./reconnect-delay.ts";
import { NAMED_SERVICES_MAX, SILENCE_MS_MAX, watchStream } from "./watch-stream.ts";

const place = { realm: "local", fallbackRealms: { rates: "staging", ledger: "staging" } };

function make() {
  const clock = createVirtualClock();
  const streams: { path: string; atMs: number; events: LinkEvents; closed: boolean; held: boolean }[] = [];
  const told: string[] = [];
  let back = 0;
  const watch = watchStream({
    ports: { clock, random: () => 1 },
    place,
    link: {
      stream(path, events) {
        const stream = { path, atMs: clock.now(), events, closed: false, held: true };
        streams.push(stream);
        return {
          close: () => {
            stream.closed = true;
          },
          hold: (held) => {
            stream.held = held;
          },
        };
      },
    },
    events: {
      onSnapshot: (snapshot) => told.push(`${snapshot.watched}: ${snapshot.instances.map((instance) => instance.id)}`),
      onStale: (reason) => told.push(`stale: ${reason}`),
    },
    onBack: () => {
      back += 1;
    },
  });
  const stream = (index: number) => {
    const found = streams[index];
    if (!found) throw new Error(`there is no stream ${index}`);
    return found;
  };
  return { clock, watch, streams, stream, told, back: () => back };
}

function eventText(ids: readonly string[]): string {
  const snapshot: Snapshot = { revision: 1, instances: ids.map((id) => sampleInstance(id)), services: [] };
  return `event: snapshot\ndata: ${JSON.stringify(snapshot)}\n\n`;
}

describe("watchStream", () => {
  it("opens one stream for all services added in one turn", async () => {
    const { clock, watch, streams, stream, told } = make();
    watch.add("quotes");
    watch.add("rates");
    watch.add("quotes");
    await clock.advance(0);
    expect(streams).toHaveLength(1);
    expect(stream(0).path).toBe("/registry/v1/watch?service=quotes&service=rates&realm=local&fallback=rates%3Astaging");
    stream(0).events.onText(eventText(["quotes-1"]));
    expect(told).toEqual(["quotes,rates: quotes-1"]);
  });

  it("keeps the old stream until the new one delivers", async () => {
    const { clock, watch, stream, told } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(eventText(["quotes-1"]));
    watch.add("rates");
    await clock.advance(0);
    stream(0).events.onText(eventText(["quotes-2"]));
    expect(stream(0).closed).toBe(false);
    stream(1).events.onText(eventText(["quotes-2", "rates-1"]));
    expect(stream(0).closed).toBe(true);
    expect(told).toEqual(["quotes: quotes-1", "quotes: quotes-2", "quotes,rates: quotes-2,rates-1"]);
  });

  it("takes services added while a stream opens into the next one", async () => {
    const { clock, watch, streams, stream } = make();
    watch.add("quotes");
    await clock.advance(0);
    watch.add("rates");
    await clock.advance(100);
    expect(streams).toHaveLength(1);
    stream(0).events.onText(eventText([]));
    await clock.advance(0);
    expect(stream(1).path).toContain("service=quotes&service=rates");
  });

  it("says that it is stale when the stream ends, comes back with growing pauses, and tells of its return", async () => {
    const { clock, watch, streams, stream, told, back } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(eventText(["quotes-1"]));
    await clock.advance(60_000 / 10);
    stream(0).events.onEnd("reset");
    for (let failure = 0; failure < 8; failure += 1) {
      await clock.advance(RECONNECT_MS_MAX);
      streams.at(-1)?.events.onEnd("refused");
    }
    const pauses = streams.slice(2).map((later, index) => later.atMs - (streams[index + 1]?.atMs ?? 0));
    expect(streams[1]?.atMs).toBe(6_050);
    expect(pauses.every((pauseMs) => pauseMs <= 2 * RECONNECT_MS_MAX)).toBe(true);
    expect(back()).toBe(0);
    await clock.advance(RECONNECT_MS_MAX);
    streams.at(-1)?.events.onText(eventText(["quotes-1"]));
    expect(back()).toBe(1);
    expect(told.at(1)).toBe("stale: reset");
    expect(told.at(-1)).toBe("quotes: quotes-1");
  });

  it("does not call a failed replacement stale while the old stream lives", async () => {
    const { clock, watch, stream, told } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(eventText(["quotes-1"]));
    watch.add("rates");
    await clock.advance(0);
    stream(1).events.onEnd("refused");
    expect(told).toEqual(["quotes: quotes-1"]);
    await clock.advance(RECONNECT_MS_MAX);
    stream(2).events.onText(eventText(["rates-1"]));
    expect(told.at(-1)).toBe("quotes,rates: rates-1");
  });

  it("gives a stream up after 15 s of silence; a heartbeat is no silence", async () => {
    const { clock, watch, stream, told } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(eventText([]));
    await clock.advance(SILENCE_MS_MAX - 1);
    stream(0).events.onText(":\n\n");
    await clock.advance(SILENCE_MS_MAX - 1);
    expect(stream(0).closed).toBe(false);
    await clock.advance(1);
    expect(stream(0).closed).toBe(true);
    expect(told.at(-1)).toBe(`stale: silent for ${SILENCE_MS_MAX} ms`);
  });

  it.each([
    ["no JSON", "data: {\n\n", "event: snapshot\n"],
    ["no snapshot", 'data: {"revision":1}\n\n', "event: snapshot\n"],
    ["a bad instance", 'data: {"revision":1,"services":[],"instances":[{"id":"a"}]}\n\n', "event: snapshot\n"],
  ])("ends a stream that sends %s, and empties nothing", async (_, data, event) => {
    const { clock, watch, stream, told } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(eventText(["quotes-1"]));
    stream(0).events.onText(event + data);
    expect(stream(0).closed).toBe(true);
    expect(told).toEqual(["quotes: quotes-1", "stale: the control plane sent what is no snapshot"]);
  });

  it("passes over events that it does not know", async () => {
    const { clock, watch, stream, told } = make();
    watch.add("quotes");
    await clock.advance(0);
    stream(0).events.onText(`event: news\ndata: 1\n\n${eventText(["quotes-1"])}`);
    expect(told).toEqual(["quotes: quotes-1"]);
  });

  it("keeps the process alive until the first answer only", async () => {
    const { clock, watch, stream } = make();
    watch.add("quotes");
    await clock.advance(0);
    expect(stream(0).held).toBe(true);
    stream(0).events.onText(eventText([]));
    expect(stream(0).held).toBe(false);
  });

  it(`asks for all services over ${NAMED_SERVICES_MAX}, and needs no other stream for more`, async () => {
    const { clock, watch, streams, stream, told } = make();
    for (let count = 0; count <= NAMED_SERVICES_MAX; count += 1) watch.add(`s${count}`);
    await clock.advance(0);
    expect(stream(0).path).toBe(
      "/registry/v1/watch?service=*&realm=local&fallback=rates%3Astaging&fallback=ledger%3Astaging",
    );
    stream(0).events.onText(eventText(["late-1"]));
    watch.add("late");
    await clock.advance(1_000);
    expect(streams).toHaveLength(1);
    expect(told).toHaveLength(2);
    expect(told.at(-1)?.split(": ")).toEqual([expect.stringMatching(/,late$/), "late-1"]);
  });

  it("opens nothing after it was closed", async () => {
    const { clock, watch, streams, stream } = make();
    watch.add("quotes");
    await clock.advance(0);
    watch.close();
    watch.add("rates");
    await clock.advance(60_000);
    expect([streams.length, stream(0).closed, clock.pending()]).toEqual([1, true, 0]);
  });
});
