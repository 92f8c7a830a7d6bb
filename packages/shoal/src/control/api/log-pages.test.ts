import { describe, expect, it } from "vitest";
import { createFakeHistory } from "../../testing/fake-history.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createLogPages, type LogPage } from "./log-pages.ts";
import { createRecentLines } from "./recent-lines.ts";

const NO_WAIT = { waitMs: 0, signal: new AbortController().signal };
const WAIT = { ...NO_WAIT, waitMs: 5_000 };

function line(text: string, service = "quotes") {
  return { timeMs: 0, service, instance: `${service}-1`, stream: "stdout" as const, text };
}

function entry(seq: number, text: string) {
  return { ...line(text), seq, level: "info" as const, message: text, traceId: "", spanId: "", fields: {} };
}

function made(waitersMax?: number) {
  const clock = createVirtualClock();
  const history = createFakeHistory();
  return { clock, history, pages: createLogPages({ clock, history }, waitersMax) };
}

const texts = (page: LogPage) => page.lines.map(({ text }) => text);

describe("createLogPages", () => {
  it("gives the last lines first, then what came after", async () => {
    const { history, pages } = made();
    await history.appendLines([line("a"), line("b"), line("c")]);
    const first = await pages.list({ limit: 2 }, NO_WAIT);
    expect(texts(first)).toEqual(["b", "c"]);
    await history.appendLines([line("d"), line("e")]);
    const second = await pages.list({ limit: 1, after: first.next }, NO_WAIT);
    expect(texts(second)).toEqual(["d"]);
    expect(texts(await pages.list({ limit: 1, after: second.next }, NO_WAIT))).toEqual(["e"]);
  });

  it("waits for a line that matches, and no longer than asked", async () => {
    const { clock, history, pages } = made();
    const found = pages.list({ limit: 10, after: 0, service: "rates" }, WAIT);
    const timedOut = pages.list({ limit: 10, after: 0, text: "nothing" }, { ...WAIT, waitMs: 1_000 });
    await clock.advance(1);
    await history.appendLines([line("not mine")]);
    await clock.advance(500);
    await history.appendLines([line("mine", "rates")]);
    expect(texts(await found)).toEqual(["mine"]);
    await clock.advance(500);
    expect(texts(await timedOut)).toEqual([]);
    expect([clock.pending(), history.listeners()]).toEqual([0, 0]);
  });

  it("misses no line that comes between looking and waiting", async () => {
    const { history, pages } = made();
    const found = pages.list({ limit: 10, after: 0 }, WAIT);
    void history.appendLines([line("at once")]);
    expect(texts(await found)).toEqual(["at once"]);
  });

  it("ends a wait when its caller goes, and all of them when closed", async () => {
    const { clock, history, pages } = made();
    const caller = new AbortController();
    const gone = pages.list({ limit: 1 }, { waitMs: 5_000, signal: caller.signal });
    const closed = pages.list({ limit: 1 }, WAIT);
    await clock.advance(1);
    caller.abort();
    expect(texts(await gone)).toEqual([]);
    pages.close();
    expect(texts(await closed)).toEqual([]);
    expect([clock.pending(), history.listeners()]).toEqual([0, 0]);
  });

  it("answers at once when too many wait, and fails as the history does", async () => {
    const { clock, history, pages } = made(1);
    const waiting = pages.list({ limit: 1 }, WAIT);
    expect(texts(await pages.list({ limit: 1 }, WAIT))).toEqual([]);
    history.fails = "HISTORY_BUSY";
    await expect(pages.list({ limit: 1 }, NO_WAIT)).rejects.toThrow("[HISTORY_BUSY]");
    expect(clock.pending()).toBe(1);
    pages.close();
    await expect(waiting).rejects.toThrow("[HISTORY_BUSY]");
  });

  it("answers from memory while the history cannot be read, and goes on where it was", async () => {
    const { history, pages, clock } = made();
    pages.printed([line("a"), line("b", "rates"), line("c")]);
    history.fails = "HISTORY_UNAVAILABLE";
    const page = await pages.list({ limit: 2, service: "quotes" }, NO_WAIT);
    expect(texts(page)).toEqual(["a", "c"]);
    expect(page.lines.map(({ seq }) => seq)).toEqual([page.next - 1, page.next]);
    const next = pages.list({ limit: 2, after: page.next }, WAIT);
    await clock.advance(1);
    history.tell({ logs: [entry(page.next + 7, "d")] });
    expect(await next).toMatchObject({ lines: [{ text: "d" }], next: page.next + 7 });
    expect(await pages.list({ limit: 2, after: 9 }, NO_WAIT)).toEqual({ lines: [], next: 9 });
  });
});

describe("createRecentLines", () => {
  it("keeps the newest lines, as many as fit", () => {
    const recent = createRecentLines(3, 10);
    const shown = () => recent.last({ limit: 10 }, 100).map(({ text, seq }) => [text, seq]);
    recent.add(["a", "b", "c", "d"].map((text) => line(text)));
    expect(shown()).toEqual([
      ["b", 97],
      ["c", 98],
      ["d", 99],
    ]);
    recent.add([line("123456789")]);
    expect(shown()).toEqual([
      ["d", 98],
      ["123456789", 99],
    ]);
    recent.add([line("too long for all of it")]);
    expect(shown()).toEqual([]);
  });
});
