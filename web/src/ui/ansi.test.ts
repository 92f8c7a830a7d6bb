import { expect, test } from "vitest";
import { parseAnsi, stripAnsi } from "./ansi.ts";

const E = "\u001b";
const looks = (text: string) => parseAnsi(text).map((part) => [part.text, ...part.classes]);

test("a plain text is one part", () => {
  expect(looks("hello <b>world</b>")).toEqual([["hello <b>world</b>"]]);
  expect(looks("")).toEqual([]);
});

test("the 16 colours, weights and their ends are read", () => {
  expect(looks(`${E}[31mred${E}[39m plain ${E}[1;92mgreen${E}[0m end`)).toEqual([
    ["red", "fg1"],
    [" plain "],
    ["green", "bold", "fg10"],
    [" end"],
  ]);
  expect(looks(`${E}[1;2;3;4;9mall${E}[22mno weight${E}[m`)).toEqual([
    ["all", "bold", "dim", "italic", "underline", "strike"],
    ["no weight", "italic", "underline", "strike"],
  ]);
});

test("256 and true colours come next to a colour of the palette, with semicolons or colons", () => {
  expect(looks(`${E}[38;5;9ma${E}[38;5;196mb${E}[48;5;21mc`)).toEqual([
    ["a", "fg9"],
    ["b", "fg1"],
    ["c", "fg1", "bg4"],
  ]);
  expect(looks(`${E}[38;2;255;0;0ma${E}[38:2::0:128:0mb${E}[38:2:0:0:200mc${E}[38;5;250;1md`)).toEqual([
    ["a", "fg1"],
    ["b", "fg2"],
    ["c", "fg4"],
    ["d", "fg7", "bold"],
  ]);
});

test("colours out of range are ignored", () => {
  expect(looks(`${E}[38;5;999ma${E}[38;2;1;2;900mb`)).toEqual([["ab"]]);
});

test("inverse swaps the colours", () => {
  expect(looks(`${E}[31;7mx${E}[27my${E}[0;7mz`)).toEqual([
    ["x", "bg1"],
    ["y", "fg1"],
    ["z", "fgPage", "bgText"],
  ]);
});

test("cursor moves, titles, links, private modes and control characters are left out", () => {
  const text = `a${E}[2Jb${E}[10;20Hc${E}]0;title\u0007d${E}]8;;http://evil${E}\\link${E}]8;;${E}\\${E}[?25le${E}(Bf\u0000\rg\u009b31mh`;
  expect(stripAnsi(text)).toBe("abcdlinkefgh");
  expect(
    parseAnsi(text)
      .map((part) => part.text)
      .join(""),
  ).toBe("abcdlinkefgh");
});

test("an escape that never ends swallows no more than itself or its string", () => {
  expect(stripAnsi(`a${E}`)).toBe("a");
  expect(stripAnsi(`a${E}[`)).toBe("a");
  expect(stripAnsi(`a${E}[31`)).toBe("a");
  expect(stripAnsi(`a\tb\nc`)).toBe("a\tb\nc");
});

test("a hundred thousand escapes are read in linear time", () => {
  const startMs = performance.now();
  expect(stripAnsi(`${E}[31mx`.repeat(100_000))).toHaveLength(100_000);
  expect(stripAnsi(`${E}]`.repeat(100_000))).toBe("");
  expect(performance.now() - startMs).toBeLessThan(2_000);
});
