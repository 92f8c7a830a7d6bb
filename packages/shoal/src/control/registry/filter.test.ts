import { describe, expect, it } from "vitest";
import { parseQuery } from "../../contract/query.ts";
import { FILTER_SERVICES_MAX, parseFilter } from "./filter.ts";

describe("parseFilter", () => {
  it("reads services, realm and fallback realms", () => {
    expect(parseFilter(parseQuery("service=a&service=b&realm=local&fallback=b:staging&fallback=c:eu"))).toEqual({
      services: new Set(["a", "b"]),
      realm: "local",
      fallback: new Map([
        ["b", "staging"],
        ["c", "eu"],
      ]),
    });
  });

  it.each(["", "service=*", "service=a&service=*"])('takes "%s" as all services', (query) => {
    expect(parseFilter(parseQuery(query)).services).toBeUndefined();
  });

  it.each(["service=A", "realm=", "realm=a&realm=b", "fallback=b", "fallback=b:", "service=__proto__"])(
    'refuses "%s"',
    (query) => expect(() => parseFilter(parseQuery(query))).toThrow("[REQUEST_INVALID]"),
  );

  it("takes as many services as it may and no more", () => {
    const service = Array.from({ length: FILTER_SERVICES_MAX }, (_, index) => `s${index}`);
    expect(parseFilter({ service }).services?.size).toBe(FILTER_SERVICES_MAX);
    expect(() => parseFilter({ service: [...service, "more"] })).toThrow("[REQUEST_INVALID]");
  });
});
