import fc from "fast-check";
import { expect, it } from "vitest";
import { createBodyWriter } from "./body-writer.ts";

it("writes what it is given as UTF-8, one body after the other", () => {
  const texts = fc.array(fc.string({ unit: fc.constantFrom("a", "ü", "€", "😀", "x".repeat(9_000)) }));
  fc.assert(
    fc.property(fc.array(texts), (bodies) => {
      const writer = createBodyWriter();
      for (const parts of bodies) {
        writer.begin();
        for (const part of parts) writer.add(part);
        expect(Buffer.from(writer.body()).toString()).toBe(parts.join(""));
      }
    }),
  );
});

it("uses its memory again, but not what was left to a body or grew too large", () => {
  const writer = createBodyWriter();
  const write = (text: string) => {
    writer.begin();
    writer.add(text);
    return writer.body();
  };
  const first = write("first");
  expect(write("again").buffer).toBe(first.buffer);
  writer.leave();
  const other = write("other");
  expect(other.buffer).not.toBe(first.buffer);
  expect(Buffer.from(first).toString()).toBe("again");
  const large = write("x".repeat(1_000_000));
  expect(write("small").buffer).not.toBe(large.buffer);
});
