import { describe, expect, it } from "vitest";
import { CALL_DEFAULTS, type CallPolicy, resolveCall, resolvePolicy, SERVICE_DEFAULTS } from "./policy.ts";

describe("resolvePolicy", () => {
  it("gives the defaults themselves when nothing is asked for", () => {
    expect(resolvePolicy(undefined)).toEqual({ call: CALL_DEFAULTS, service: SERVICE_DEFAULTS });
  });

  it("keeps a default where undefined is given", () => {
    expect(resolvePolicy({ attemptMs: 100, deadlineMs: undefined } as unknown as CallPolicy).call).toEqual({
      ...CALL_DEFAULTS,
      attemptMs: 100,
    });
  });

  it.each<[CallPolicy, string]>([
    [{ deadlineMs: 0 }, "deadlineMs"],
    [{ attemptMs: Number.NaN }, "attemptMs"],
    [{ attemptsMax: 0 }, "attemptsMax"],
    [{ attemptsMax: 11 }, "attemptsMax"],
    [{ budgetRatio: 1.5 }, "budgetRatio"],
    [{ budgetTtlMs: 10 }, "budgetTtlMs"],
    [{ connectionsMax: 257 }, "connectionsMax"],
    [{ ejectionMsFirst: 2_000, ejectionMsMax: 1_000 }, "ejectionMsMax"],
    [{ retries: 3 } as CallPolicy, "retries"],
  ])("refuses %j and names %s", (policy, option) => {
    expect(() => resolvePolicy(policy)).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", details: { option } }),
    );
  });
});

describe("resolveCall", () => {
  it("lets one call differ from its consumer's policy, within the same bounds", () => {
    const { call } = resolvePolicy({ attemptMs: 100 });
    expect(resolveCall(call, { deadlineMs: 50 })).toEqual({ ...CALL_DEFAULTS, attemptMs: 100, deadlineMs: 50 });
    expect(() => resolveCall(call, { attemptsMax: 99 })).toThrow("attemptsMax");
  });
});
