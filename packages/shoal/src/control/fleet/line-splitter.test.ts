import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineSplitter, printable } from "./line-splitter.ts";

function linesOf(chunks: readonly Uint8Array[], bytesMax?: number): string[] {
  const lines: string[] = [];
  const splitter = createLineSplitter((text) => lines.push(text), bytesMax);
  for (const chunk of chunks) splitter.push(chunk);
  splitter.end();
  return lines;
}

describe("a line splitter", () => {
  it("gives the same lines however the bytes are cut into chunks", () => {
    const text = fc.stringMatching(/^[a-zäöü€😀 \n]{0,200}$/u);
    fc.assert(
      fc.property(text, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (given, sizes) => {
        const bytes = Buffer.from(given);
        const chunks: Uint8Array[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          chunks.push(bytes.subarray(at, at + size));
          at += size;
        }
        const expected = given.split("\n");
        if (expected.at(-1) === "") expected.pop();
        expect(linesOf(chunks)).toEqual(expected);
      }),
    );
  });

  it("cuts a line at its bound, and says how much is missing", () => {
    expect(linesOf([Buffer.from("12345\n123456\n")], 5)).toEqual(["12345", "12345… [1 more bytes]"]);
  });

  it("keeps no more of an endless line than its bound", () => {
    const mebibyte = Buffer.alloc(1024 * 1024, "x");
    const [line = "", ...rest] = linesOf(Array.from({ length: 50 }, () => mebibyte));
    expect([line.length < 17_000, rest]).toEqual([true, []]);
    expect(line).toContain(`[${50 * 1024 * 1024 - 16 * 1024} more bytes]`);
  });

  it("turns any bytes into text that a terminal only prints", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the characters that must not come through
        for (const line of linesOf([bytes])) expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
      }),
    );
  });
});

describe("printable", () => {
  it.each([
    ["plain\ttext", "plain\ttext"],
    ["\u001b[31mred\u001b[0m", "red"],
    ["\u001b]0;title\u0007shown", "shown"],
    ["10%\r50%\r100%\r", "100%"],
    ["windows\r", "windows"],
    ["bell\u0007", "bell\ufffd"],
    ["abc\u202edef", "abc\ufffddef"],
  ])("%j is shown as %j", (given, shown) => {
    expect(printable(given)).toBe(shown);
  });
});
