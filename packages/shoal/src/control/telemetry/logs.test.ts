import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { LogLine } from "../api/contract.ts";
import type { LogQuery } from "../store/log-rows.ts";
import type { LogStore } from "../store/store.ts";
import { createLogs, LOGS_DEFAULTS, type LogPage } from "./logs.ts";

const NO_WAIT = { waitMs: 0, signal: new AbortController().signal };

/** A disk of its own, in memory; `works` false makes it fail. */
function fakeStore(): LogStore & { works: boolean; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const store = {
    works: true,
    lines,
    append: (added: readonly LogLine[]) => void lines.push(...added),
    list(query: LogQuery) {
      if (!store.works) return undefined;
      const found = lines.filter(
        (line) =>
          (query.service === undefined || line.service === query.service) &&
          (query.instance === undefined || line.instance === query.instance) &&
          (query.after === undefined || line.seq > query.after),
      );
      return query.after === undefined ? found.slice(-query.limit) : found.slice(0, query.limit);
    },
    lastSeq: () => lines.at(-1)?.seq ?? 0,
    dropped: () => 0,
  };
  return store;
}

function line(text: string, service = "quotes"): Omit<LogLine, "seq"> {
  return { timeMs: 0, service, instance: `${service}-1`, stream: "stdout", text };
}

function made(options = {}) {
  const clock = createVirtualClock();
  const store = fakeStore();
  return { clock, store, logs: createLogs({ clock, store }, options) };
}

const texts = (page: LogPage) => page.lines.map(({ text }) => text);

describe("createLogs", () => {
  it("gives the last lines first, then what came after", async () => {
    const { logs } = made();
    logs.append([line("a"), line("b"), line("c")]);
    const first = await logs.list({ limit: 2 }, NO_WAIT);
    expect(texts(first)).toEqual(["b", "c"]);
    logs.append([line("d")]);
    const second = await logs.list({ limit: 2, after: first.next }, NO_WAIT);
    expect(texts(second)).toEqual(["d"]);
    expect(second.next).toBeGreaterThan(first.next);
  });

  it("waits for a line that matches, and no longer than asked", async () => {
    const { clock, logs } = made();
    const { next } = await logs.list({ limit: 10 }, NO_WAIT);
    const found = logs.list({ limit: 10, after: next, service: "rates" }, { ...NO_WAIT, waitMs: 5_000 });
    const timedOut = logs.list({ limit: 10, after: next, service: "nobody" }, { ...NO_WAIT, waitMs: 1_000 });
    logs.append([line("not mine")]);
    await clock.advance(500);
    logs.append([line("mine", "rates")]);
    expect(texts(await found)).toEqual(["mine"]);
    await clock.advance(500);
    expect(texts(await timedOut)).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it("ends a wait when its caller goes, and all of them when closed", async () => {
    const { clock, logs } = made();
    const caller = new AbortController();
    const gone = logs.list({ limit: 1 }, { waitMs: 5_000, signal: caller.signal });
    const closed = logs.list({ limit: 1 }, { ...NO_WAIT, waitMs: 5_000 });
    await clock.advance(1);
    caller.abort();
    expect(texts(await gone)).toEqual([]);
    logs.close();
    expect(texts(await closed)).toEqual([]);
    expect(clock.pending()).toBe(0);
  });

  it("answers at once when too many wait", async () => {
    const { clock, logs } = made({ waitersMax: 1 });
    void logs.list({ limit: 1 }, { ...NO_WAIT, waitMs: 5_000 });
    expect(texts(await logs.list({ limit: 1 }, { ...NO_WAIT, waitMs: 5_000 }))).toEqual([]);
    expect(clock.pending()).toBe(1);
  });

  it("goes on counting after the last line of the store, or after the time when the store is lost", async () => {
    const clock = createVirtualClock();
    const store = fakeStore();
    const far = clock.wallMs() * 100 + 5_000_000;
    store.lines.push({ ...line("old"), seq: far });
    const logs = createLogs({ clock, store });
    logs.append([line("new")]);
    expect(store.lines.at(-1)?.seq).toBe(far + 1);
    const before = store.lines.at(-1)?.seq ?? 0;
    await clock.advance(60_000);
    const later = fakeStore();
    createLogs({ clock, store: later }).append([line("after the loss")]);
    expect(later.lines.at(-1)?.seq).toBeGreaterThan(before);
    expect(Number.isSafeInteger(later.lines.at(-1)?.seq)).toBe(true);
  });

  it("answers from memory while the disk fails", async () => {
    const { logs, store } = made();
    logs.append([line("a"), line("b", "rates"), line("c")]);
    store.works = false;
    expect(texts(await logs.list({ limit: 10, service: "quotes" }, NO_WAIT))).toEqual(["a", "c"]);
    expect(texts(await logs.list({ limit: 1, after: 0 }, NO_WAIT))).toEqual(["a"]);
  });

  it("cuts a line that is too long", async () => {
    const { logs } = made();
    logs.append([line("x".repeat(200_000))]);
    expect(texts(await logs.list({ limit: 1 }, NO_WAIT))).toEqual(["x".repeat(LOGS_DEFAULTS.lineCharsMax)]);
  });

  it("shows a follower every line of its service once and in order, whatever the pages and the memory", async () => {
    const step = fc.oneof(
      fc.array(fc.constantFrom("quotes", "rates"), { maxLength: 12 }).map((services) => ({ append: services })),
      fc.integer({ min: 1, max: 5 }).map((limit) => ({ read: limit })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const { logs } = made({ linesMax: 7 });
        let next = (await logs.list({ limit: 1 }, NO_WAIT)).next;
        const written: string[] = [];
        const seen: string[] = [];
        const read = async (limit: number) => {
          const page = await logs.list({ limit, after: next, service: "quotes" }, NO_WAIT);
          seen.push(...texts(page));
          next = page.next;
          return page.lines.length;
        };
        for (const one of steps) {
          if ("read" in one) await read(one.read);
          else {
            const lines = one.append.map((service, index) => line(`${written.length + index}`, service));
            logs.append(lines);
            written.push(...lines.filter(({ service }) => service === "quotes").map(({ text }) => text));
          }
        }
        while ((await read(5)) > 0);
        expect(seen).toEqual(written);
      }),
    );
  });
});
