import { describe, expect, it } from "vitest";
import { faultRefusal, isDevelopmentRealm, mayInject } from "./fault-permit.ts";

describe("faults", () => {
  it.each(["local", "dev", "development", "dev-ada", "shop-dev", "eu-dev-2"])("are for the realm %s", (realm) => {
    expect(isDevelopmentRealm(realm)).toBe(true);
  });

  it.each(["production", "staging", "devon", "my-devices", "nonlocal", "local-production"])(
    "are not for the realm %s",
    (realm) => expect(isDevelopmentRealm(realm)).toBe(false),
  );

  it("are where the environment says so, and nowhere when it says that", () => {
    expect(mayInject("allowed", "production")).toBe(true);
    expect(mayInject("refused", "local")).toBe(false);
  });

  it("are refused with the reason, and what to do", () => {
    expect(faultRefusal(undefined, "local")).toBeUndefined();
    expect(faultRefusal(undefined, "production")).toMatchObject({
      code: "FAULT_REFUSED",
      message: expect.stringContaining("the realm production is not one for development"),
      hint: expect.stringContaining("SHOAL_FAULTS=allowed"),
    });
    expect(faultRefusal("refused", "local")?.message).toContain("SHOAL_FAULTS is refused");
  });
});
