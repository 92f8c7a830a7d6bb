import type { Log } from "../core/log.ts";
import type { ResolverState, ServiceView } from "./resolver-state.ts";

/** Warns, once for each service and removal, that a snapshot took out most of a service's instances at once. */
export function warnOfMassRemovals(before: ResolverState, state: ResolverState, log: Log): void {
  for (const [service, view] of state.services) {
    const known = new Set(removedOf(before.services.get(service)));
    const instances = removedOf(view).filter((id) => !known.has(id));
    if (instances.length === 0) continue;
    log.warn("the registry took out most instances of a service at once; they stay as a last resort", {
      service,
      instances,
    });
  }
}

function removedOf(view: ServiceView | undefined): readonly string[] {
  return view?.kind === "heard" ? view.removed.map(({ instance }) => instance.id) : [];
}
