import { describe, expect, it } from "vitest";
import { SERVICE_DEFAULTS } from "../policy.ts";
import { createEjection } from "./ejection.ts";
import { createFailFast } from "./fail-fast.ts";
import { ejectedInstance, ejectionReason } from "./standing.ts";

/** An instance that first goes out for a second, and whose first pause after a refusal is one too. */
function instance() {
  return { id: "quotes-1", ejection: createEjection(SERVICE_DEFAULTS, () => 1, 0), failFast: createFailFast(() => 0) };
}

function eject({ ejection }: ReturnType<typeof instance>, nowMs: number): void {
  for (let failure = 0; failure < 5; failure += 1) ejection.record("bad", "usual", nowMs, () => true);
}

describe("ejectedInstance", () => {
  it("is none while it gets requests", () => {
    const well = instance();
    expect(ejectionReason(well)).toBeUndefined();
    expect(ejectedInstance(well, 100)).toBeUndefined();
  });

  it("says since when it refuses connections, and when it is tried next", () => {
    const refusing = instance();
    refusing.failFast.refused(100);
    const known = { instance: "quotes-1", reason: "connection_refused" };
    expect(ejectedInstance(refusing, 400)).toEqual({ ...known, forMs: 300, probeInMs: 700 });
    expect(ejectedInstance(refusing, 1_500)).toEqual({ ...known, forMs: 1_400, probeInMs: 0 });
  });

  it("says since when it fails, and when it is probed next", () => {
    const failing = instance();
    eject(failing, 100);
    const known = { instance: "quotes-1", reason: "consecutive_failures" };
    expect(ejectedInstance(failing, 400)).toEqual({ ...known, forMs: 300, probeInMs: 700 });
    failing.ejection.begin(1_100);
    expect(ejectedInstance(failing, 1_200)).toEqual({ ...known, forMs: 1_100, probeInMs: 0 });
  });

  it("says of one that fails and refuses why it went out first, and that both pauses have to be over", () => {
    const both = instance();
    eject(both, 0);
    both.failFast.refused(600);
    expect(ejectedInstance(both, 700)).toEqual({
      instance: "quotes-1",
      reason: "consecutive_failures",
      forMs: 700,
      probeInMs: 900,
    });
  });
});
