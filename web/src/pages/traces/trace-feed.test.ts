import { expect, test } from "vitest";
import type { TraceSummary } from "../../api/types.ts";
import { EMPTY_FEED, FEED_MAX, mergedTraces, receive, release } from "./trace-feed.ts";

const trace = (traceId: string, startMs: number, spans = 1) => ({ traceId, startMs, spans }) as TraceSummary;
const batch = (...traces: TraceSummary[]) => ({ traces, dropped: 0 });
const nobody = () => false;
const idsOf = (traces: readonly TraceSummary[]) => traces.map(({ traceId }) => traceId);

test("new traces stand above the ones before", () => {
  const feed = receive(EMPTY_FEED, batch(trace("b", 2), trace("c", 3)), false, nobody);
  expect(idsOf(mergedTraces(feed.shown, [trace("a", 1)]))).toEqual(["c", "b", "a"]);
});

test("while held back they wait, but those on the screen get their new spans", () => {
  const first = receive(EMPTY_FEED, batch(trace("a", 1)), false, nobody);
  const held = receive(first, batch(trace("a", 1, 5), trace("b", 2), trace("s", 0, 9)), true, (id) => id === "s");
  expect(held.waiting.size).toBe(1);
  expect(mergedTraces(held.shown, [trace("s", 0, 2)]).map(({ traceId, spans }) => [traceId, spans])).toEqual([
    ["a", 5],
    ["s", 9],
  ]);
  expect(idsOf(mergedTraces(release(held).shown, []))).toEqual(["b", "a", "s"]);
});

test("what the list was told later goes before what live events told", () => {
  const feed = receive(EMPTY_FEED, batch(trace("a", 1, 2)), false, nobody);
  expect(mergedTraces(feed.shown, [trace("a", 1, 7)])[0]?.spans).toBe(7);
});

test("no more than a bound are kept", () => {
  const many = Array.from({ length: FEED_MAX + 1 }, (_, at) => trace(`t${at}`, at));
  expect(receive(EMPTY_FEED, batch(...many), false, nobody).shown.size).toBe(FEED_MAX);
  expect(receive(EMPTY_FEED, batch(...many), true, nobody).waiting.size).toBe(FEED_MAX);
});
