import { describe, expect, it } from "vitest";
import type { Snapshot } from "./instance.ts";
import { parseStatic, staticRegistry } from "./static-registry.ts";

const identity = { realm: "staging", zone: "a" };

describe("parseStatic", () => {
  it("reads services with one and with several addresses", () => {
    const text = "quotes=http://127.0.0.1:9001|http://127.0.0.1:9002, rates=https://rates.example.com/";
    expect(parseStatic(text, identity)).toMatchObject([
      { id: "quotes-static-1", service: "quotes", address: "http://127.0.0.1:9001", realm: "staging", zone: "a" },
      { id: "quotes-static-2", service: "quotes", address: "http://127.0.0.1:9002" },
      { id: "rates-static-1", service: "rates", address: "https://rates.example.com" },
    ]);
    expect(parseStatic("", identity)).toEqual([]);
  });

  it.each([
    "quotes",
    "=http://a",
    "Quotes=http://a",
    "quotes=",
    "quotes=a:1",
    "quotes=ftp://a",
    "quotes=http://a/path",
  ])('refuses "%s" and names the variable', (text) =>
    expect(() => parseStatic(text, identity)).toThrow(/^\[OPTION_INVALID\] SHOAL_STATIC: /),
  );
});

describe("staticRegistry", () => {
  it("tells of the services watched at once, and of all names", () => {
    const told: Snapshot[] = [];
    const registry = staticRegistry(parseStatic("quotes=http://a,rates=http://b", identity));
    const watch = registry.watch({ onSnapshot: (snapshot) => told.push(snapshot), onStale: () => {} });
    watch.add("rates");
    watch.add("nothing");
    expect(told.map((snapshot) => [snapshot.watched, snapshot.instances.map((instance) => instance.id)])).toEqual([
      [["rates"], ["rates-static-1"]],
      [["rates", "nothing"], ["rates-static-1"]],
    ]);
    expect(told[0]?.services).toEqual(["quotes", "rates"]);
  });
});
