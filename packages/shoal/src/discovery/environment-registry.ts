import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { controlRegistry } from "./control-registry.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import type { Registry } from "./port.ts";
import { parseStatic, staticRegistry } from "./static-registry.ts";

export interface EnvironmentRegistryOptions {
  readonly ports: Ports;
  readonly identity: Identity;
  readonly log: Log;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The registry that the environment asks for: the services in SHOAL_STATIC from that list, all others from the control
 * plane at SHOAL_CONTROL; without a control plane there are no others. Throws OPTION_INVALID naming the variable.
 */
export function environmentRegistry({ ports, identity, log, env }: EnvironmentRegistryOptions): Registry {
  const listed = parseStatic(env["SHOAL_STATIC"] ?? "", identity);
  if (identity.control === undefined) return staticRegistry(listed);
  const control = controlRegistry({ ports, identity, log, token: env["SHOAL_CONTROL_TOKEN"] });
  return listed.length === 0 ? control : staticFirst(listed, control);
}

/** Services in the list are found there and nowhere else; everything else goes to `rest`. */
export function staticFirst(listed: readonly Instance[], rest: Registry): Registry {
  const names = new Set(listed.map((instance) => instance.service));
  const list = staticRegistry(listed);
  return {
    register: rest.register,
    watch(events) {
      const asked: string[] = [];
      const known = new Set(names);
      const ofList = list.watch({
        ...events,
        onSnapshot: (snapshot) => events.onSnapshot({ ...snapshot, services: [...known] }),
      });
      const ofRest = rest.watch({
        ...events,
        onSnapshot(snapshot) {
          for (const name of snapshot.services) known.add(name);
          events.onSnapshot({ ...snapshot, services: [...known], watched: snapshot.watched ?? asked });
        },
      });
      return {
        add(service) {
          if (names.has(service)) return ofList.add(service);
          asked.push(service);
          ofRest.add(service);
        },
        close() {
          ofList.close();
          ofRest.close();
        },
      };
    },
  };
}
