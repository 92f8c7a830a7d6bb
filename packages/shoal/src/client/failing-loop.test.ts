import { expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { closeClients } from "./client.ts";
import { withRuntime } from "./process-runtime.ts";
import { use } from "./use.ts";

it("a loop of calls that fail at once lets the event loop turn", async () => {
  const runtime = { ...createFakeRuntime({ registry: createFakeRegistry({ live: true }) }), ports: systemPorts };
  const nobody = contract("nobody", { hello: get("/hello", { returns: z.string() }) });
  let turns = 0;
  let counting = true;
  const count = () => {
    turns += 1;
    if (counting) setImmediate(count);
  };
  try {
    await withRuntime(runtime, async () => {
      const { hello } = use(nobody, { waitForInstanceMs: 0 });
      await expect(hello()).rejects.toMatchObject({ code: "SERVICE_UNKNOWN" });
      setImmediate(count);
      for (let call = 0; call < 50; call += 1) await hello().catch(() => {});
    });
  } finally {
    counting = false;
    closeClients(runtime);
  }
  expect(turns).toBeGreaterThanOrEqual(40);
});
