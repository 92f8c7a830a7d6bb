import type { Input } from "../../contract/codec.ts";
import { messageOf } from "../../core/errors.ts";
import type { InstanceClient, Peers } from "../balance/peers.ts";
import type { DirectCallable, WholeWay } from "./direct-callable.ts";
import type { DirectTarget, DirectWay, DirectWayParts } from "./direct-way.ts";

/** Makes a call the short way; undefined when it has to go the whole way, and then nothing was done. */
export type DirectGate = (callable: DirectCallable, input: Input, wholeWay: WholeWay) => Promise<unknown> | undefined;

/**
 * Opens the short way to a service whose only instance is in this process. What calls go by there is loaded with the
 * first of them, which goes the whole way meanwhile.
 */
export function createDirectGate(parts: DirectWayParts): DirectGate {
  const { peers, runtime } = parts;
  let only: InstanceClient | undefined;
  let isCurrent = false;
  let target: DirectTarget | undefined;
  let way: DirectWay | undefined;
  let isLoading = false;
  const load = () => {
    isLoading = true;
    import("./direct-way.ts").then(
      (loaded) => {
        way = new loaded.DirectWay(parts);
      },
      (cause) => runtime.log.warn("calls within this process take the long way", { error: messageOf(cause) }),
    );
  };
  const look = () => {
    only = onlyOf(peers);
    target = undefined;
    isCurrent = true;
  };
  peers.onChange(() => {
    isCurrent = false;
  });
  return (callable, input, wholeWay) => {
    if (!isCurrent) look();
    const direct = only?.direct;
    const service = direct?.service();
    if (only === undefined || direct === undefined || service === undefined) return undefined;
    if (!isLoading) load();
    if (target?.service !== service) target = { instance: only, direct, service };
    return way?.call(target, callable, input, wholeWay);
  };
}

function onlyOf(peers: Peers): InstanceClient | undefined {
  const [first, ...others] = peers.instances();
  return others.length === 0 && peers.set().instances.length === 1 ? first : undefined;
}
