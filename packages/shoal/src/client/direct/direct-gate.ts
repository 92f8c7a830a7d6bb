import { messageOf } from "../../core/errors.ts";
import type { InstanceClient, Peers } from "../balance/peers.ts";
import type { DirectWay, DirectWayParts } from "./direct-way.ts";

/**
 * Knows whether calls of a service may go the short way: when its only instance is in this process. What they go by is
 * loaded with the first of them, which goes the whole way meanwhile.
 */
export function createDirectGate(parts: DirectWayParts): () => DirectWay | undefined {
  const { peers, runtime } = parts;
  let only: InstanceClient | undefined;
  let isCurrent = false;
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
  peers.onChange(() => {
    isCurrent = false;
  });
  return () => {
    if (!isCurrent) {
      only = onlyOf(peers);
      isCurrent = true;
    }
    if (only?.direct?.service() === undefined) return undefined;
    if (!isLoading) load();
    way?.to(only);
    return way;
  };
}

function onlyOf(peers: Peers): InstanceClient | undefined {
  const [first, ...others] = peers.instances();
  return others.length === 0 && peers.set().instances.length === 1 ? first : undefined;
}
