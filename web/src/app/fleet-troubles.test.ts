import { expect, it } from "vitest";
import { fleetTroubles } from "./fleet-troubles.ts";

const history = {
  spans: 0,
  logs: 0,
  exchanges: 0,
  bytes: 0,
  bytesMax: 1,
  oldestMs: null,
  pendingBytes: 0,
  dropped: { spans: 0, logs: 0, exchanges: 0 },
};

it("says nothing while all is well", () => {
  expect(fleetTroubles({ warnings: [], history })).toEqual([]);
});

it("tells what was dropped in numbers, and leaves out what was not", () => {
  const [trouble] = fleetTroubles({
    warnings: [],
    history: { ...history, dropped: { spans: 1, logs: 12_345, exchanges: 0 } },
  });
  expect(trouble?.title).toBe("Telemetry was dropped");
  expect(trouble?.text).toMatch(/^1 span, 12\.3K log lines came faster/);
});

it("repeats each warning of the control plane", () => {
  expect(fleetTroubles({ warnings: ["the disk is full"], history })).toEqual([
    { title: "Warning of the control plane", text: "the disk is full" },
  ]);
});
