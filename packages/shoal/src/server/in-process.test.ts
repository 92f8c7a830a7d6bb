import { afterEach, expect, it } from "vitest";
import { z } from "zod";
import { closeClients } from "../client/client.ts";
import { withRuntime } from "../client/process-runtime.ts";
import { use } from "../client/use.ts";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { shoalError } from "../core/errors.ts";
import { createFakeRegistry } from "../testing/fake-registry.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { localFirst } from "../transport/local-addresses.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { serve } from "./serve.ts";

const notes = contract("notes", { count: get("/count", { returns: z.object({ notes: z.number() }) }) });

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

it("a service that listens is called without a socket by whoever is in its process, until it has stopped", async () => {
  const registry = createFakeRegistry({ live: true });
  const sockets: string[] = [];
  const transport = localFirst({
    connect(address) {
      sockets.push(address);
      throw shoalError("CONNECT_FAILED", { message: `no socket to ${address} is wanted` });
    },
  });
  const runtime = { ...createFakeRuntime({ registry }), ports: systemPorts, transport };
  closers.push(() => closeClients(runtime));
  const { close } = await withRuntime(runtime, () =>
    serve(notes, { count: () => ({ notes: 3 }) }, { drainPropagationMs: 0 }).listen({ port: 0 }),
  );
  const count = () => withRuntime(runtime, () => use(notes).count({}, { deadlineMs: 300 }));
  expect(await count()).toEqual({ notes: 3 });
  await close();
  await expect(count()).rejects.toMatchObject({ details: { attempts: 0 } });
  expect(sockets).toEqual([]);
});

it("a service of a group waits for the others no longer than it may for its own requests", async () => {
  const registry = createFakeRegistry({ live: true });
  const othersDone = () => new Promise<void>(() => {});
  const member = { file: "", env: {}, start: async () => {}, tell: () => {}, othersDone };
  const runtime = { ...createFakeRuntime({ registry }), ports: systemPorts, member };
  closers.push(() => closeClients(runtime));
  const { close } = await withRuntime(runtime, () =>
    serve(notes, { count: () => ({ notes: 3 }) }, { drainPropagationMs: 0, drainMs: 50 }).listen({ port: 0 }),
  );
  await close();
  expect(registry.registered()).toEqual([]);
});
