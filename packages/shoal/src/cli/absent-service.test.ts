import { describe, expect, it } from "vitest";
import type { InstanceStatus } from "../control/api/contract.ts";
import { type ErrorCode, shoalError } from "../core/errors.ts";
import { explainAbsence } from "./absent-service.ts";
import type { ControlClient } from "./control-client.ts";

function instance(service: string, change: Partial<InstanceStatus> = {}): InstanceStatus {
  const place = { realm: "local", zone: "local", release: "dev" };
  const fields = { service, instance: `${service}-1`, state: "ready" as const, address: null, pid: 1, restarts: 0 };
  return { ...fields, ...place, sinceMs: 0, reason: null, ...change };
}

function explained(code: ErrorCode, service: string, instances: readonly InstanceStatus[], origin?: string) {
  const error = shoalError(code, { message: "what the client says", origin });
  const control = { listInstances: async () => instances } as unknown as ControlClient;
  return explainAbsence(error, service, control);
}

describe("explainAbsence", () => {
  it("tells of a service that does not start why, and where to look", async () => {
    const looping = instance("audit", { state: "crash-loop", reason: "exited with code 1: no file" });
    expect(await explained("SERVICE_UNKNOWN", "audit", [looping, instance("edge")])).toMatchObject({
      code: "NO_INSTANCE",
      message: "[NO_INSTANCE] no instance of audit is ready: audit-1 is crash-loop",
      hint: "See `shoal logs audit` for what it printed.",
      cause: { message: "exited with code 1: no file" },
    });
  });

  it("tells how to start what was stopped", async () => {
    const hint = "Start it with `shoal start audit`.";
    expect(await explained("NO_INSTANCE", "audit", [instance("audit", { state: "stopped" })])).toMatchObject({ hint });
  });

  it("names the nearest service for one that the fleet does not have, running or not", async () => {
    const known = [instance("audit", { state: "backoff" }), instance("edge")];
    const hint = "Did you mean audit?";
    expect(await explained("SERVICE_UNKNOWN", "adit", known)).toMatchObject({ code: "SERVICE_UNKNOWN", hint });
  });

  it("leaves alone what it cannot say better", async () => {
    const message = expect.stringContaining("what the client says");
    expect(await explained("NO_INSTANCE", "audit", [instance("audit")])).toMatchObject({ message });
    expect(await explained("NO_INSTANCE", "audit", [instance("audit", { state: "backoff" })], "edge")).toMatchObject({
      message,
    });
    expect(await explained("CONNECT_FAILED", "audit", [instance("audit", { state: "backoff" })])).toMatchObject({
      message,
    });
    expect(await explained("SERVICE_UNKNOWN", "audit", [])).toMatchObject({ message });
  });
});
