import { expect, it } from "vitest";
import { causeOf, isTroubled, worstState } from "./service-trouble.ts";
import type { InstanceState, InstanceStatus, ServiceStatus } from "./types.ts";

const status = (more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  service: "quotes",
  instances: 1,
  ready: 1,
  problems: 0,
  requestsPerSecond: 1,
  errorRatio: 0,
  p50Ms: 1,
  p99Ms: 1,
  ...more,
});
const instance = (state: InstanceState, reason: string | null = null): InstanceStatus => ({
  service: "quotes",
  instance: `quotes-${state}`,
  state,
  address: null,
  pid: null,
  restarts: 0,
  realm: "local",
  zone: "",
  release: "",
  sinceMs: 0,
  reason,
});

it("is in the state of its worst instance, and stopped without any", () => {
  expect(worstState([instance("ready"), instance("crash-loop"), instance("starting")])).toBe("crash-loop");
  expect(worstState([])).toBe("stopped");
});

it("is in trouble when an instance is broken or something failed, not when it was stopped", () => {
  expect(isTroubled(status(), [instance("stopped"), instance("ready")])).toBe(false);
  expect(isTroubled(status({ problems: 1 }), [])).toBe(true);
  expect(isTroubled(status(), [instance("backoff")])).toBe(true);
});

it("leads from failing requests to failed traces", () => {
  const cause = causeOf(status({ problems: 3, errorRatio: 0.1 }), []);
  expect(cause).toMatchObject({ label: "3 problems", to: "/traces", search: { service: "quotes", status: "error" } });
});

it("leads from error lines without failing requests to those lines", () => {
  expect(causeOf(status({ problems: 1 }), [])).toMatchObject({
    label: "1 problem",
    to: "/logs",
    search: { level: "error" },
  });
});

it("leads from a broken instance to what it printed last", () => {
  const cause = causeOf(status(), [instance("crash-loop", "exited with code 1")]);
  expect(cause).toMatchObject({ to: "/logs", title: expect.stringContaining("exited with code 1") });
  expect(causeOf(status(), [instance("ready")])).toBeUndefined();
});
