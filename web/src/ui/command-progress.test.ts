import { expect, it } from "vitest";
import type { InstanceState, InstanceStatus } from "../api/types.ts";
import { commandProgress } from "./command-progress.ts";

const instance = (id: number, state: InstanceState, sinceMs = 0): InstanceStatus => ({
  service: "quotes",
  instance: `quotes-${id}`,
  state,
  address: null,
  pid: 1,
  restarts: 0,
  realm: "local",
  zone: "",
  release: "",
  sinceMs,
  reason: state === "failed" ? "exited with code 1" : null,
});
const byId = (...list: readonly InstanceStatus[]) => new Map(list.map((one) => [one.instance, one]));

it("has stopped a service when every instance is stopped", () => {
  const before = byId(instance(1, "ready"), instance(2, "ready"));
  const half = commandProgress("stop", [instance(1, "stopped"), instance(2, "draining")], before);
  expect(half).toEqual({ kind: "goes-on", text: "1 of 2 instances stopped" });
  expect(commandProgress("stop", [instance(1, "stopped"), instance(2, "stopped")], before).kind).toBe("done");
});

it("does not take the old instance for one that was restarted", () => {
  const before = byId(instance(1, "ready", 100));
  expect(commandProgress("restart", [instance(1, "ready", 100)], before).kind).toBe("goes-on");
  expect(commandProgress("restart", [instance(1, "ready", 200)], before).kind).toBe("done");
});

it("tells why a started instance did not come up", () => {
  const progress = commandProgress("start", [instance(1, "failed", 200)], byId(instance(1, "stopped", 100)));
  expect(progress).toEqual({ kind: "failed", text: "quotes-1: exited with code 1" });
});
