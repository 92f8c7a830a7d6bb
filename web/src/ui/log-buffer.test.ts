import fc from "fast-check";
import { expect, test } from "vitest";
import type { LogEntry } from "../api/types.ts";
import { addLines, addOlder, EMPTY_LOG_BUFFER, LINES_MAX, lastSeq, showWaiting, TAIL_LINES_MAX } from "./log-buffer.ts";

const line = (seq: number): LogEntry => ({
  seq,
  timeMs: seq,
  service: "quotes",
  instance: "quotes-1",
  stream: "stdout",
  text: `line ${seq}`,
  level: "info",
  message: `line ${seq}`,
  traceId: "",
  spanId: "",
  fields: {},
});
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => line(from + at));
const seqs = (of: readonly LogEntry[]) => of.map(({ seq }) => seq);

test("while it follows, new lines are shown and the oldest go at the bound", () => {
  const full = addLines(EMPTY_LOG_BUFFER, lines(0, TAIL_LINES_MAX), true);
  expect(full.lines).toHaveLength(TAIL_LINES_MAX);
  const over = addLines(full, [line(TAIL_LINES_MAX)], true);
  expect(over.lines).toHaveLength(TAIL_LINES_MAX);
  expect(over.lines[0]?.seq).toBe(1);
});

test("while it stands still, new lines wait and are counted, and come when asked for", () => {
  const still = addLines(addLines(EMPTY_LOG_BUFFER, lines(0, 3), true), lines(2, 6), false);
  expect(seqs(still.lines)).toEqual([0, 1, 2]);
  expect(still.waitingCount).toBe(3);
  expect(lastSeq(still)).toBe(5);
  expect(seqs(showWaiting(still).lines)).toEqual([0, 1, 2, 3, 4, 5]);
  expect(showWaiting(still).waitingCount).toBe(0);
});

test("when too many waited, only they are shown, so that there is no gap", () => {
  const still = addLines(addLines(EMPTY_LOG_BUFFER, lines(0, 3), true), lines(3, TAIL_LINES_MAX + 4), false);
  expect(still.waitingCount).toBe(TAIL_LINES_MAX + 1);
  expect(showWaiting(still).lines[0]?.seq).toBe(4);
});

test("older lines come before, up to a bound", () => {
  const buffer = addOlder(addLines(EMPTY_LOG_BUFFER, lines(10, 12), true), lines(7, 10));
  expect(seqs(buffer.lines)).toEqual([7, 8, 9, 10, 11]);
  expect(addOlder(buffer, lines(-LINES_MAX, 7)).lines).toHaveLength(LINES_MAX);
});

test("whatever comes in whatever order, each line is there once, by seq", () => {
  const batch = fc.record({ seqs: fc.array(fc.nat({ max: 40 }), { maxLength: 8 }), following: fc.boolean() });
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 10 }), (batches) => {
      const end = batches.reduce((buffer, one) => {
        const shown = one.following ? showWaiting(buffer) : buffer;
        return addLines(shown, one.seqs.map(line), one.following);
      }, EMPTY_LOG_BUFFER);
      for (const list of [end.lines, end.waiting]) {
        expect(seqs(list)).toEqual([...new Set(seqs(list))].sort((left, right) => left - right));
      }
    }),
  );
});
