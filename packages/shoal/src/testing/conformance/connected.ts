import { closeClients } from "../../client/client.ts";
import { withRuntime } from "../../client/process-runtime.ts";
import type { Runtime } from "../../client/runtime.ts";
import { use } from "../../client/use.ts";
import type { ServeOptions } from "../../server/options.ts";
import { serve } from "../../server/serve.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { createFakeRegistry } from "../fake-registry.ts";
import { createFakeRuntime } from "../fake-runtime.ts";
import { createProbeState, type ProbeState, probe, probeHandlers, relay } from "./probe.ts";
import type { Way } from "./ways.ts";

/** A probe, a relay that calls it, and a caller outside of both, connected in one way. */
export interface Connected extends AsyncDisposable {
  readonly state: ProbeState;
  /** Runs in the caller's runtime: what is used and called there is called by it. */
  readonly asCaller: <Result>(task: () => Result) => Result;
  /** Stops the probe as a deploy does. */
  readonly drainProbe: () => Promise<void>;
}

/** @param options Of the probe. */
export async function connect(way: Way, options: Partial<ServeOptions> = {}): Promise<Connected> {
  const registry = createFakeRegistry({ live: true });
  const runtimeOf = (service: string): Runtime => ({
    ...createFakeRuntime({ identity: { service, instance: `${service}-1` }, registry }),
    ports: systemPorts,
    transport: way.transport(),
    ...(way.member ? { member: way.member } : {}),
  });
  const runtimes = { probe: runtimeOf("probe"), relay: runtimeOf("relay"), caller: runtimeOf("caller") };
  const quick = { drainPropagationMs: 0, drainMs: 2_000 };
  const { state, wait } = createProbeState();
  const servedProbe = await withRuntime(runtimes.probe, () =>
    serve(probe, probeHandlers(state, wait), { ...quick, ...options }).listen({ port: 0 }),
  );
  const servedRelay = await withRuntime(runtimes.relay, () => serve(relay, relayHandlers, quick).listen({ port: 0 }));
  if (way.member) await warmShortWay(runtimes.caller);
  return {
    state,
    asCaller: (task) => withRuntime(runtimes.caller, task),
    drainProbe: servedProbe.close,
    async [Symbol.asyncDispose]() {
      state.release({ text: "released", count: 0 });
      await Promise.all([servedProbe.close(), servedRelay.close()]);
      for (const runtime of Object.values(runtimes)) closeClients(runtime);
    },
  };
}

function relayHandlers() {
  const next = use(probe);
  return {
    surroundings: () => next.surroundings(),
    waits: () => next.waits(),
  };
}

/** The short way within a process is loaded with the first calls, which take another. */
async function warmShortWay(caller: Runtime): Promise<void> {
  await Promise.all([import("../../client/direct/direct-way.ts"), import("../../server/direct.ts")]);
  for (let call = 0; call < 3; call += 1) {
    await withRuntime(caller, () => use(probe).forget());
    await new Promise((resolve) => setImmediate(resolve));
  }
}
