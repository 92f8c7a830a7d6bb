import { expect, it } from "vitest";
import { jsonLinesIn, serverEventsIn } from "./body-view-lines.ts";

it("reads a value from each line, the last of a cut text left out", () => {
  expect(jsonLinesIn('{"a":1}\n\n[2]\n', false)).toEqual([{ a: 1 }, [2]]);
  expect(jsonLinesIn('{"a":1}\n{"a"', true)).toEqual([{ a: 1 }]);
  expect(jsonLinesIn('{"a":1}\n{"a"', false)).toBeUndefined();
  expect(jsonLinesIn("{\nhello\n", true)).toBeUndefined();
  expect(jsonLinesIn("\n", false)).toBeUndefined();
});

it("reads the events of a stream", () => {
  const text = ': hello\n\nid: 1\nevent: tick\ndata: {"n":1}\n\ndata: two\ndata:lines\n\nevent: end\r\ndata\r\n\r\n';
  expect(serverEventsIn(text)).toEqual([
    { id: "1", event: "tick", data: { n: 1 } },
    { data: "two\nlines" },
    { event: "end", data: "" },
  ]);
});
