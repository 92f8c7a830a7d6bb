import { outsideOfCalls } from "../core/context.ts";
import { shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { controlLink } from "./control-link.ts";
import type { Identity } from "./identity.ts";
import { instancePath, keepLease, LEAVE_MS, type RenewedLease } from "./lease.ts";
import type { Lease, Registry, Watch } from "./port.ts";
import { watchStream } from "./watch-stream.ts";

export interface ControlRegistryOptions {
  readonly ports: Ports;
  /** Its `control` is the control plane's URL. */
  readonly identity: Pick<Identity, "control" | "realm" | "fallbackRealms">;
  readonly log: Log;
  /** Sent as a bearer token. Default: SHOAL_CONTROL_TOKEN. */
  readonly token?: string | undefined;
}

export interface ControlRegistry extends Registry {
  /**
   * Takes instances out at once: for the supervisor, which has seen their processes end. Resolves when the control
   * plane has answered, or after 1 s; never rejects: what it cannot tell now, their leases tell later.
   */
  readonly removeInstances: (ids: readonly string[]) => Promise<void>;
  /** Ends every watch and renewal, without leaving. */
  readonly close: () => void;
}

/**
 * The registry in the control plane (docs/wire.md, "Registry"). No connection is made before the first use, none keeps
 * the process alive but for the first answer to a watch. Throws OPTION_INVALID without `identity.control`.
 */
export function controlRegistry(options: ControlRegistryOptions): ControlRegistry {
  const { ports, identity, log } = options;
  if (identity.control === undefined) {
    throw shoalError("OPTION_INVALID", { message: "control must be the control plane's URL, got nothing" });
  }
  const token = options.token ?? process.env["SHOAL_CONTROL_TOKEN"] ?? "";
  const link = controlLink({ control: identity.control, token: token || undefined, clock: ports.clock });
  const leases = new Set<RenewedLease>();
  const watches = new Set<Watch>();
  const onBack = () => {
    for (const lease of leases) lease.renewNow();
  };

  return {
    register(instance): Lease {
      const lease = outsideOfCalls(() => keepLease({ ports, link, instance, log }));
      leases.add(lease);
      return {
        registered: lease.registered,
        leave() {
          leases.delete(lease);
          return lease.leave();
        },
      };
    },
    watch(events) {
      const watch = watchStream({ ports, link, place: identity, events, onBack });
      const kept: Watch = {
        add: (service) => outsideOfCalls(() => watch.add(service)),
        close() {
          watches.delete(kept);
          watch.close();
        },
      };
      watches.add(kept);
      return kept;
    },
    async removeInstances(ids) {
      const remove = (id: string) => link.send("DELETE", instancePath(id), { timeoutMs: LEAVE_MS, held: true });
      await Promise.allSettled(ids.map(remove));
    },
    close() {
      for (const watch of [...watches]) watch.close();
      for (const lease of leases) lease.stop();
      leases.clear();
      link.close();
    },
  };
}
