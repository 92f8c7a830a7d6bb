import { expect, it } from "vitest";
import type { InstanceState, InstanceStatus, ServiceStatus } from "../../api/types.ts";
import { orderAfterClick, ordered, orderOf } from "./service-order.ts";
import { isInState, matchesText, rowsOf, serviceLine } from "./service-rows.ts";

const status = (service: string, more: Partial<ServiceStatus> = {}): ServiceStatus => ({
  service,
  instances: 1,
  ready: 1,
  problems: 0,
  requestsPerSecond: 0,
  errorRatio: 0,
  p50Ms: null,
  p99Ms: null,
  ...more,
});
const instance = (service: string, state: InstanceState, more: Partial<InstanceStatus> = {}): InstanceStatus => ({
  service,
  instance: `${service}-1`,
  state,
  address: null,
  pid: null,
  restarts: 0,
  realm: "local",
  zone: "zone-a",
  release: "r1",
  sinceMs: 0,
  reason: null,
  ...more,
});
const names = (lines: readonly { readonly status: ServiceStatus }[]) => lines.map((line) => line.status.service);

it("adds up a service's instances", () => {
  const list = [instance("a", "ready", { restarts: 2, sinceMs: 50 }), instance("a", "backoff", { restarts: 3 })];
  expect(serviceLine(status("a"), list)).toMatchObject({
    state: "backoff",
    restarts: 5,
    upSinceMs: 50,
    troubled: true,
  });
});

it("is the same line until its service or its instances change, so that it is not drawn again", () => {
  const [service, list] = [status("a"), [instance("a", "ready")]];
  const line = serviceLine(service, list);
  expect(serviceLine(service, list)).toBe(line);
  expect(serviceLine(service, [instance("a", "stopped")])).toMatchObject({ state: "stopped" });
  expect(serviceLine(status("a", { problems: 1 }), list)).toMatchObject({ troubled: true });
});

it("shows each service under the filters that fit its state", () => {
  const stopped = serviceLine(status("a"), [instance("a", "stopped")]);
  expect(isInState(stopped, "stopped")).toBe(true);
  expect(isInState(stopped, "trouble")).toBe(false);
  const failing = serviceLine(status("b", { problems: 2 }), [instance("b", "ready")]);
  expect(isInState(failing, "trouble")).toBe(true);
  expect(isInState(failing, "ready")).toBe(true);
});

it("finds a service by its name and by what its instances are", () => {
  const line = serviceLine(status("quotes"), [instance("quotes", "ready", { zone: "zone-b", pid: 4711 })]);
  expect(matchesText(line, "")).toBe(true);
  expect(matchesText(line, "QUO zone-b")).toBe(true);
  expect(matchesText(line, "4711")).toBe(true);
  expect(matchesText(line, "zone-c")).toBe(false);
});

it("puts the instances of open services below them", () => {
  const lines = ["a", "b"].map((name) => serviceLine(status(name), [instance(name, "ready")]));
  expect(rowsOf(lines, new Set(["a"])).map(({ key }) => key)).toEqual(["a", "i a-1", "b"]);
});

it("sorts by a column, with what has no value last in both directions", () => {
  const lines = [status("a", { p99Ms: 5 }), status("b"), status("c", { p99Ms: 9 })].map((one) => serviceLine(one, []));
  expect(names(ordered(lines, orderOf("p99")))).toEqual(["a", "c", "b"]);
  expect(names(ordered(lines, orderOf("-p99")))).toEqual(["c", "a", "b"]);
  expect(names(ordered(lines, orderOf("nonsense")))).toEqual(["a", "b", "c"]);
});

it("begins a column of numbers with the largest and turns round at the second click", () => {
  expect(orderAfterClick(orderOf(undefined), "p99")).toBe("-p99");
  expect(orderAfterClick(orderOf("-p99"), "p99")).toBe("p99");
  expect(orderAfterClick(orderOf("-Service"), "Service")).toBeUndefined();
});
