import fc from "fast-check";
import { expect, it } from "vitest";
import { Line, type Place } from "./line.ts";

it("a line keeps the order of arrival, whoever leaves it, and who has left holds nobody", () => {
  const step = fc.oneof(fc.constant("add" as const), fc.nat(20));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const line = new Line<number>();
      let model: Place<number>[] = [];
      for (const [index, step] of steps.entries()) {
        if (step === "add") model.push(line.add(index));
        else {
          const leaving = model[step];
          if (leaving) {
            line.leave(leaving);
            line.leave(leaving);
            expect([leaving.before, leaving.behind]).toEqual([undefined, undefined]);
          }
          model = model.filter((place) => place !== leaving);
        }
        expect(line.size).toBe(model.length);
        const items: number[] = [];
        for (let place = line.first; place !== undefined; place = place.behind) items.push(place.item);
        expect(items).toEqual(model.map(({ item }) => item));
      }
    }),
  );
});
