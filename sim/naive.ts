import type { Context } from "shoal";
import type { SimulatedInstance, World } from "shoal/testing";

/** How services called one another before there was anything better. */
export interface NaiveOptions {
  readonly from: SimulatedInstance;
  readonly service: string;
  /** Attempts, the first included, whatever the failure; no budget, no pause. */
  readonly attempts: number;
  readonly timeoutMs: number;
}

/**
 * A client that asks the instances of a service in turn, and tries again until it has used up its attempts: the control
 * beside which the product's client is measured. Its calls reject when all attempts failed.
 */
export function naiveClient(world: World, { from, service, attempts, timeoutMs }: NaiveOptions): () => Promise<void> {
  const { transport, ports } = from.runtime;
  const connections = world.registry
    .instances()
    .filter((instance) => instance.service === service)
    .map(({ address }) => transport.connect(address));
  let turn = 0;
  const succeeds = async () => {
    const controller = new AbortController();
    const cancel = ports.clock.after(timeoutMs, () => controller.abort(new Error("timeout")));
    const request = { method: "GET", target: "/work", headers: {}, body: undefined };
    const outcome = await connections[turn++ % connections.length]?.send(request, contextOf(from, controller.signal));
    cancel();
    return outcome?.ok === true && outcome.reply.status < 500;
  };
  return async () => {
    for (let attempt = 0; attempt < attempts; attempt += 1) if (await succeeds()) return;
    throw new Error("all attempts failed");
  };
}

function contextOf({ runtime }: SimulatedInstance, signal: AbortSignal): Context {
  const trace = { traceId: "", spanId: "", flags: 0, state: "" };
  const { log } = runtime;
  return {
    deadlineMs: Infinity,
    signal,
    trace,
    baggage: "",
    caller: undefined,
    realm: "local",
    criticality: "default",
    attempt: 1,
    log,
  };
}
