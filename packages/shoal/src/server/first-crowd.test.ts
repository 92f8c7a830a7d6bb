import { expect, it } from "vitest";
import { z } from "zod";
import { closeClients } from "../client/client.ts";
import { withRuntime } from "../client/process-runtime.ts";
import type { Runtime } from "../client/runtime.ts";
import { use } from "../client/use.ts";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { isShoalError } from "../core/errors.ts";
import { SILENT_LOG } from "../core/log.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createProcessTransport } from "../transport/process-transport.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { serve } from "./serve.ts";

it("a crowd that is the first a process calls is answered: it waits for the connection that carries many", async () => {
  const crowded = contract("crowded", { hello: get("/hello", { returns: z.string() }) });
  const registry = createFakeRegistry({ live: true });
  const runtimeOf = (service: string): Runtime => ({
    ...createFakeRuntime({ identity: { service, instance: `${service}-1` }, registry }),
    ports: systemPorts,
    transport: createProcessTransport({ clock: systemClock, log: SILENT_LOG }),
  });
  const caller = runtimeOf("caller");
  const listening = await withRuntime(runtimeOf("crowded"), () =>
    serve(crowded, { hello: () => "hello" }, { drainPropagationMs: 0 }).listen({ port: 0 }),
  );
  try {
    const replies = await withRuntime(caller, () => {
      const { hello } = use(crowded);
      return Promise.allSettled(Array.from({ length: 300 }, () => hello()));
    });
    const codes = replies.map((settled) => (settled.status === "rejected" ? codeOf(settled.reason) : "answered"));
    // the service may be too busy for so many at once; that is for it to say
    expect(codes.filter((code) => code !== "OVERLOADED" && code !== "answered")).toEqual([]);
    expect(codes).toContain("answered");
  } finally {
    closeClients(caller);
    await listening.close();
  }
});

function codeOf(reason: unknown): string {
  return isShoalError(reason) ? reason.code : String(reason);
}
