import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEventQueue } from "./event-queue.ts";

interface Added {
  readonly dueMs: number;
  readonly name: number;
}

/** The same, as slowly as can be. */
function createList() {
  let entries: readonly Added[] = [];
  let added = 0;
  return {
    add: (dueMs: number) => {
      entries = [...entries, { dueMs, name: added++ }];
    },
    cancel: (name: number) => {
      entries = entries.filter((entry) => entry.name !== name);
    },
    take(untilMs: number) {
      const [first] = entries.toSorted((left, right) => left.dueMs - right.dueMs || left.name - right.name);
      if (!first || first.dueMs > untilMs) return undefined;
      entries = entries.filter((entry) => entry !== first);
      return first.name;
    },
    size: () => entries.length,
  };
}

const step = fc.record({ kind: fc.constantFrom("add", "add", "cancel", "take"), value: fc.nat(30) });

describe("an event queue", () => {
  it("gives tasks in the order of their times, and of being added, without those cancelled", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const [queue, list] = [createEventQueue(), createList()];
        const cancels: (() => void)[] = [];
        const ran: number[] = [];
        for (const { kind, value } of steps) {
          if (kind === "add") {
            const name = cancels.length;
            cancels.push(queue.add(value, () => void ran.push(name)));
            list.add(value);
          } else if (kind === "cancel") {
            cancels[value]?.();
            list.cancel(value);
          } else {
            queue.take(value)?.run();
            const name = list.take(value);
            expect(ran.splice(0)).toEqual(name === undefined ? [] : [name]);
          }
          expect(queue.size()).toBe(list.size());
        }
      }),
    );
  });

  it("keeps its order when it sweeps out thousands of cancelled tasks", () => {
    const queue = createEventQueue();
    const cancels = Array.from({ length: 10_000 }, (_, index) => queue.add((index * 7_919) % 10_000, () => {}));
    for (const [index, cancel] of cancels.entries()) if (index % 10 !== 0) cancel();
    const times: number[] = [];
    for (let due = queue.take(1e9); due; due = queue.take(1e9)) times.push(due.dueMs);
    expect(times).toHaveLength(1_000);
    expect(times).toEqual(times.toSorted((left, right) => left - right));
  });
});
