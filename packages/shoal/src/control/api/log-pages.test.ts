import { describe, expect, it } from "vitest";
import { createFakeHistory } from "../../testing/fake-history.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createLogPages, type LogPage } from "./log-pages.ts";

const NO_WAIT = { waitMs: 0, signal: new AbortController().signal };
const WAIT = { ...NO_WAIT, waitMs: 5_000 };

function line(text: string, service = "quotes") {
  return { timeMs: 0, service, instance: `${service}-1`, stream: "stdout" as const, text };
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
    history.fails = "HISTORY_UNAVAILABLE";
    await expect(pages.list({ limit: 1 }, NO_WAIT)).rejects.toThrow("[HISTORY_UNAVAILABLE]");
    expect(clock.pending()).toBe(1);
    pages.close();
    await expect(waiting).rejects.toThrow("[HISTORY_UNAVAILABLE]");
  });
});
