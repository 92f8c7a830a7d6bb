import { describe, expect, it } from "vitest";
import { createTrafficStats } from "./traffic-stats.ts";

describe("the driver's summary", () => {
  it("says what happened since the one before", () => {
    const stats = createTrafficStats();
    for (const ms of [1, 2, 100]) stats.succeeded(ms);
    stats.refused("quoteExpired", 5);
    stats.ended("paidOut");
    expect(stats.summary(2)).toBe(
      "2.0 requests/s, 3 ok, 1 refused as meant, 0 failed, p50 5 ms, p99 100 ms, payments: 1 paidOut",
    );
    expect(stats.summary(2)).toBe(
      "0.0 requests/s, 0 ok, 0 refused as meant, 0 failed, p50 - ms, p99 - ms, payments: 1 paidOut",
    );
  });

  it("never hides a failure", () => {
    const stats = createTrafficStats();
    for (let failure = 0; failure < 10; failure += 1) stats.failed("UPSTREAM_FAILED", "it broke", 1);
    expect(stats.summary(1)).toContain("10 FAILED");
    expect(stats.totals()).toMatchObject({ requests: 10, failed: { UPSTREAM_FAILED: 10 }, lastFailure: "it broke" });
    stats.failed("WRONG", "two payments", 1);
    expect(stats.summary(1)).toContain("1 FAILED");
    expect(stats.totals().failed).toEqual({ UPSTREAM_FAILED: 10, WRONG: 1 });
  });
});
