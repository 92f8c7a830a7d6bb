import fc from "fast-check";
import { expect, it } from "vitest";
import { wholeText } from "./log-record.ts";

it("lays out a record, with the lines of its texts below each other", () => {
  expect(
    wholeText(String.raw`{"msg":"no","err":{"stack":"Error: no\n  at a","path":"C:\\new"},"ids":[1,2],"none":{}}`),
  ).toBe(
    [
      "{",
      '  "msg": "no",',
      '  "err": {',
      '    "stack": "Error: no',
      '        at a",',
      String.raw`    "path": "C:\\new"`,
      "  },",
      '  "ids": [',
      "    1,",
      "    2",
      "  ],",
      '  "none": {}',
      "}",
    ].join("\n"),
  );
});

it("keeps each digit of a number, and what is no record", () => {
  expect(wholeText('{"id":12345678901234567890}')).toContain("12345678901234567890");
  expect(wholeText("{not json")).toBe("{not json");
  expect(wholeText("plain")).toBe("plain");
});

it("changes nothing but white space where no text has line breaks or tabs", () => {
  const record = fc.dictionary(fc.string(), fc.jsonValue()).filter((value) => !/\\[nt\\]/.test(JSON.stringify(value)));
  fc.assert(
    fc.property(record, (value) => {
      expect(JSON.parse(wholeText(JSON.stringify(value)))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
