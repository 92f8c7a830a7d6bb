import { describe, expect, it } from "vitest";
import { resourceFrom } from "./resource.ts";

describe("resourceFrom", () => {
  it("takes what the supervisor said", () => {
    const env = {
      SHOAL_SERVICE: "quotes",
      SHOAL_INSTANCE: "quotes-1",
      SHOAL_REALM: "staging",
      SHOAL_ZONE: "a",
      SHOAL_RELEASE: "7",
      OTEL_SERVICE_NAME: "other",
      OTEL_RESOURCE_ATTRIBUTES: "team=pay%20ments,service.name=third,__proto__=x,%=y,=z",
    };
    expect(resourceFrom(env, 1)).toEqual({
      team: "pay ments",
      "%": "y",
      "service.name": "quotes",
      "service.instance.id": "quotes-1",
      "service.version": "7",
      "shoal.realm": "staging",
      "shoal.zone": "a",
    });
  });

  it("has a name for a process that nobody named", () => {
    expect(resourceFrom({}, 42)).toMatchObject({
      "service.name": "unknown_service:node",
      "service.instance.id": "unknown_service:node-42",
    });
  });
});
