import { expect, it } from "vitest";
import { harOf, parseHar } from "./har.ts";

it("fetches many exchanges in parts, and makes one archive of them", async () => {
  const asked: number[] = [];
  const ids = Array.from({ length: 301 }, (_, index) => String(index));
  const har = await harOf(ids, (part) => {
    asked.push(part.length);
    return Promise.resolve({ log: { version: "1.2", entries: part } });
  });
  expect(asked).toEqual([150, 150, 1]);
  expect(har).toEqual({ log: { version: "1.2", entries: ids } });
});

it("takes an archive, with or without a byte order mark, and nothing else", () => {
  expect(parseHar('\uFEFF{"log":{"entries":[]}}')).toEqual({ log: { entries: [] } });
  for (const text of ["", "[]", "null", '{"log":{}}', "<html>"])
    expect(() => parseHar(text)).toThrow("no HTTP Archive");
});
