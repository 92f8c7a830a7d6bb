import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CallTable } from "./call-table.ts";

type Step = { readonly kind: "add" } | { readonly kind: "delete"; readonly back: number } | { readonly kind: "clear" };

const steps = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.constant<Step>({ kind: "add" }) },
    { weight: 7, arbitrary: fc.nat(300).map((back): Step => ({ kind: "delete", back })) },
    { weight: 1, arbitrary: fc.constant<Step>({ kind: "clear" }) },
  ),
  { maxLength: 2_000 },
);

describe("the table of calls under way", () => {
  it("is a Map of numbers that only grow", () => {
    fc.assert(
      fc.property(steps, fc.integer({ min: 0, max: 2 ** 31 - 4_000 }), (taken, firstId) => {
        const table = new CallTable<{ readonly id: number }>();
        const model = new Map<number, { readonly id: number }>();
        let lastId = firstId;
        for (const step of taken) {
          if (step.kind === "add") {
            lastId += 1;
            const call = { id: lastId };
            table.add(call);
            model.set(lastId, call);
          } else if (step.kind === "delete") {
            table.delete(lastId - step.back);
            model.delete(lastId - step.back);
          } else {
            table.clear();
            model.clear();
          }
          expect(table.size).toBe(model.size);
          expect(table.get(lastId)).toBe(model.get(lastId));
        }
        expect(table.all()).toEqual([...model.values()]);
        for (const id of model.keys()) expect(table.has(id)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("keeps a call that is far behind the others, however many come and go", () => {
    const table = new CallTable<{ readonly id: number }>();
    const stream = { id: 1 };
    table.add(stream);
    for (let id = 2; id < 20_000; id += 1) {
      table.add({ id });
      if (id > 200) table.delete(id - 199);
    }
    expect(table.get(1)).toBe(stream);
    table.delete(1);
    expect(table.get(1)).toBeUndefined();
    expect(table.size).toBe(199);
  });
});
