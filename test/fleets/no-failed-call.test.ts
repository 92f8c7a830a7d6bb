import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { node } from "../../packages/shoal/src/control/fleet/definition.ts";
import type { Instance } from "../../packages/shoal/src/discovery/instance.ts";
import { askControl, controlProcess, startFleet, type TestFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const folder = join(import.meta.dirname, "../fixtures/fleets/pair");

interface Counts {
  readonly repeated: number;
  readonly shouted: number;
  readonly repeatFailures: readonly string[];
  readonly shoutFailures: readonly string[];
}

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await startFleet({
    echo: node(join(folder, "echo.ts"), { instances: 2 }),
    caller: node(join(folder, "caller.ts")),
  });
  await Promise.all([fleet.state("echo", "ready"), fleet.state("caller", "ready")]);
  await someCalls();
});

afterAll(() => fleet[Symbol.asyncDispose]());

async function counts(): Promise<Counts> {
  return (await (await fetch(`${fleet.one("caller").address}/counts`)).json()) as Counts;
}

/** Waits for 300 calls more: proof that they go through. */
async function someCalls(): Promise<void> {
  const { repeated } = await counts();
  await until("300 more calls have been answered", async () => (await counts()).repeated > repeated + 300);
}

function echoes() {
  return fleet.supervisor.instances().filter(({ service }) => service === "echo");
}

/** Waits until both instances are others than those given, and ready. */
async function replaced(old: readonly string[]): Promise<void> {
  await until("both instances of echo are new and ready", () =>
    echoes().every(({ instance, state }) => !old.includes(instance) && state === "ready"),
  );
}

it("a restart of a service with two instances fails no call, idempotent or not", async () => {
  const before = await counts();
  for (let round = 0; round < 3; round += 1) {
    await replaced(fleet.supervisor.restart("echo"));
    await someCalls();
  }
  const after = await counts();
  expect(after.repeatFailures).toEqual(before.repeatFailures);
  expect(after.shoutFailures).toEqual(before.shoutFailures);
});

it("the control plane, killed and restarted under load, fails no call and learns again who is there", async () => {
  const before = await counts();
  for (let round = 0; round < 3; round += 1) {
    const { pid } = await controlProcess(fleet.supervisor.controlUrl());
    process.kill(pid, "SIGKILL");
    await someCalls();
    await until("the registry has all instances again", async () => {
      const { instances } = await askControl<{ instances: readonly Instance[] }>(
        fleet.supervisor,
        "/registry/v1/instances",
      );
      const ids = instances.map(({ id }) => id);
      return fleet.supervisor.instances().every(({ instance }) => ids.includes(instance));
    });
    expect((await controlProcess(fleet.supervisor.controlUrl())).pid).not.toBe(pid);
  }
  const after = await counts();
  expect(after.repeatFailures).toEqual(before.repeatFailures);
  expect(after.shoutFailures).toEqual(before.shoutFailures);
});

it("an instance, killed under load, fails no idempotent call, and of the others at most those it was answering", async () => {
  const before = await counts();
  const [victim] = echoes();
  process.kill(victim?.pid ?? 0, "SIGKILL");
  await until("another one is ready in its place", () =>
    echoes().every(({ instance, state }) => instance !== victim?.instance && state === "ready"),
  );
  await someCalls();
  const after = await counts();
  expect(after.repeatFailures).toEqual(before.repeatFailures);
  // Four callers, each with one call under way.
  expect(after.shoutFailures.length - before.shoutFailures.length).toBeLessThanOrEqual(4);
});
