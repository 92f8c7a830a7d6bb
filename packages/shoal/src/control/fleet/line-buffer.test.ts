import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineBuffer, type FleetLine } from "./line-buffer.ts";

function line(instance: string, text: string, timeMs = 0): FleetLine {
  return { service: "noisy", instance, stream: "stdout", text, timeMs };
}

describe("a line buffer", () => {
  it("gives lines of all instances in the order of their time, once", () => {
    const buffer = createLineBuffer();
    buffer.push(line("a", "one", 1));
    buffer.push(line("b", "two", 2));
    buffer.push(line("a", "three", 3));
    expect(buffer.take().lines.map(({ text }) => text)).toEqual(["one", "two", "three"]);
    expect(buffer.take().lines).toEqual([]);
  });

  it("drops the oldest lines of the instance that prints too much, counts them, and spares the others", () => {
    const buffer = createLineBuffer({ linesMax: 3 });
    buffer.push(line("quiet", "still here"));
    for (let count = 1; count <= 10; count += 1) buffer.push(line("loud", `${count}`, count));
    const { lines, dropped } = buffer.take();
    expect(lines.map(({ text }) => text)).toEqual(["still here", "8", "9", "10"]);
    expect([...dropped]).toEqual([["loud", 7]]);
    expect(buffer.take().dropped.size).toBe(0);
  });

  it("loses no line uncounted and holds no more than its bounds", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(30), { maxLength: 200 }), (lengths) => {
        const buffer = createLineBuffer({ linesMax: 10, charactersMax: 100 });
        for (const length of lengths) buffer.push(line("a", "x".repeat(length)));
        const { lines, dropped } = buffer.take();
        expect(lines.length + (dropped.get("a") ?? 0)).toBe(lengths.length);
        expect(lines.length).toBeLessThanOrEqual(10);
        expect(lines.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThanOrEqual(100);
      }),
    );
  });
});
