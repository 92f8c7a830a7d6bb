import { createLifecycle } from "../server/lifecycle.ts";
import { createInFlight } from "../server/zero-code/in-flight.ts";
import type { Surroundings } from "../server/zero-code/surroundings.ts";
import { createFakeRuntime, type FakeRuntime, type FakeRuntimeOptions } from "./fake-runtime.ts";

/** Surroundings in memory; `problems` holds what they reported. */
export function createFakeSurroundings(
  options: FakeRuntimeOptions = { identity: { service: "shop", instance: "shop-1" } },
): { readonly around: Surroundings; readonly runtime: FakeRuntime; readonly problems: readonly string[] } {
  const runtime = createFakeRuntime(options);
  const problems: string[] = [];
  const around: Surroundings = {
    ports: runtime.ports,
    identity: runtime.identity,
    meter: () => runtime.meter,
    log: () => runtime.log,
    lifecycle: createLifecycle(),
    inFlight: createInFlight(runtime.ports.clock),
    report: (what, cause) => void problems.push(`${what}: ${String(cause)}`),
  };
  return { around, runtime, problems };
}
