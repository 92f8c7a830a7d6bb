import { expect, test } from "vitest";
import { isFiltered, logsQuery, patchFor } from "./logs-query.ts";

test("an exact time goes before a range", () => {
  expect(logsQuery({ range: "5m" }, 1_000_000)).toMatchObject({ fromMs: 700_000, toMs: undefined });
  expect(logsQuery({ range: "5m", to: "900" }, 1_000_000)).toMatchObject({ fromMs: undefined, toMs: 900 });
  expect(logsQuery({ from: "nonsense" }, 0)).toMatchObject({ fromMs: undefined });
});

test("a field's text joins what is searched for, once", () => {
  expect(patchFor({ text: '"503"' }, { q: "refused" })).toEqual({ q: 'refused "503"' });
  expect(patchFor({ text: '"503"' }, { q: 'refused "503"' })).toEqual({});
  expect(patchFor({ service: "quotes", instance: "quotes-1" }, {})).toEqual({
    service: "quotes",
    instance: "quotes-1",
  });
});

test("wrapping is no filter", () => {
  expect(isFiltered({ wrap: "1", line: "7" })).toBe(false);
  expect(isFiltered({ level: "warn" })).toBe(true);
});
