import { describe, expect, it } from "vitest";
import type { ExchangeSummary } from "../../api/types.ts";
import { EMPTY_FEED, FEED_MAX, merged, receive, release } from "./exchange-feed.ts";

const exchange = (id: string, startMs = 0) => ({ id, startMs }) as ExchangeSummary;
const ids = (rows: readonly ExchangeSummary[]) => rows.map(({ id }) => id).join("");
const batch = (all: string) => ({ exchanges: [...all].map((id) => exchange(id)), dropped: 0 });

describe("the feed", () => {
  it("shows what comes, the last first", () => {
    const feed = receive(receive(EMPTY_FEED, batch("ab"), false), batch("c"), false);
    expect([ids(feed.shown), ids(feed.waiting)]).toEqual(["cba", ""]);
  });

  it("holds back, and shows all of it when asked", () => {
    const held = receive(receive(EMPTY_FEED, batch("a"), false), batch("bc"), true);
    expect([ids(held.shown), ids(held.waiting)]).toEqual(["a", "cb"]);
    const shown = release(held);
    expect([ids(shown.shown), ids(shown.waiting)]).toEqual(["cba", ""]);
    expect(release(shown)).toBe(shown);
  });

  it("is bounded, and counts what it lets go of and what it was not sent", () => {
    const many = { exchanges: Array.from({ length: FEED_MAX }, (_, index) => exchange(`x${index}`)), dropped: 3 };
    const feed = receive(receive(EMPTY_FEED, many, true), batch("a"), true);
    expect([feed.waiting.length, feed.waiting[0]?.id, feed.dropped]).toEqual([FEED_MAX, "a", 4]);
  });
});

it("puts live and stored exchanges together, each once, the newest first", () => {
  const rows = merged([exchange("c", 3), exchange("b", 2)], [exchange("d", 4), exchange("b", 2), exchange("a", 1)]);
  expect(ids(rows)).toBe("dcba");
});
