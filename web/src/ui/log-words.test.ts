import { expect, test } from "vitest";
import { markWords, searchedWords } from "./log-words.ts";

test("the words of a search: phrases, prefixes, and none that must not be there", () => {
  expect(searchedWords('Refused "time out" quo* -debug -"x y"')).toEqual(["refused", "time out", "quo"]);
  expect(searchedWords(undefined)).toEqual([]);
});

test("words are marked in any case, also across parts", () => {
  const parts = [
    { text: "conn", classes: ["fg1"] },
    { text: "ection REFUSED", classes: [] },
  ];
  expect(markWords(parts, ["connection", "refused"])).toEqual([
    { text: "conn", classes: ["fg1"], marked: true },
    { text: "ection", classes: [], marked: true },
    { text: " ", classes: [], marked: false },
    { text: "REFUSED", classes: [], marked: true },
  ]);
});

test("words that overlap are one mark", () => {
  expect(markWords([{ text: "abcd", classes: [] }], ["abc", "bcd"])).toEqual([
    { text: "abcd", classes: [], marked: true },
  ]);
});
