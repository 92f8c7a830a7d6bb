import type { Registry } from "../../discovery/port.ts";
import type { RunningRegistry } from "./start-registry.ts";

/**
 * The control plane's own registry as its own clients see it, without a way over the network. Registering does nothing:
 * everybody is given the control plane's address.
 * @param options `faults`: whether its clients are told of faults. Default true.
 */
export function ownRegistry(
  registry: Pick<RunningRegistry, "snapshot" | "onChanged">,
  realm: string,
  { faults = true } = {},
): Registry {
  return {
    register: () => ({ leave: () => Promise.resolve() }),
    watch({ onSnapshot }) {
      const services = new Set<string>();
      const tell = () => {
        const { faults: told = [], ...snapshot } = registry.snapshot({ services, realm, fallback: new Map() });
        onSnapshot({ ...snapshot, watched: [...services], ...(faults ? { faults: told } : {}) });
      };
      const cancel = registry.onChanged(tell);
      return {
        add(service) {
          services.add(service);
          tell();
        },
        close: cancel,
      };
    },
  };
}
