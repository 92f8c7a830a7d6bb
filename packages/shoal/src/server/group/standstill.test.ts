import { expect, it } from "vitest";
import { placeOf } from "./standstill.ts";

const inner = { functionName: "readSync", file: "node:fs", line: 7 };
const library = { functionName: "parse", file: "/fleet/node_modules/csv/index.js", line: 8 };
const own = { functionName: "priceOf", file: "/fleet/lib/price.ts", line: 9 };

it("names the innermost call of the app's own", () => {
  expect(placeOf([inner, library, own, { ...own, line: 10 }])).toBe(" in priceOf (/fleet/lib/price.ts:9)");
  expect(placeOf([{ ...own, functionName: "" }])).toBe(" in an anonymous function (/fleet/lib/price.ts:9)");
});

it("else names the innermost of all, or says that nobody could look", () => {
  expect(placeOf([inner, library])).toBe(" in readSync (node:fs:7)");
  expect(placeOf([])).toBe("");
  expect(placeOf(undefined)).toContain("not JavaScript");
});
