import { shoalError } from "../core/errors.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { controlRegistry } from "./control-registry.ts";
import { dnsRegistry } from "./dns-registry.ts";
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
 * plane at SHOAL_CONTROL, or without one from the DNS below SHOAL_DNS; else there are no others. Throws OPTION_INVALID
 * naming the variable.
 */
export function environmentRegistry(options: EnvironmentRegistryOptions): Registry {
  const listed = parseStatic(options.env["SHOAL_STATIC"] ?? "", options.identity);
  const rest = restFrom(options);
  if (!rest) return staticRegistry(listed);
  return listed.length === 0 ? rest : staticFirst(listed, rest);
}

function restFrom({ ports, identity, log, env }: EnvironmentRegistryOptions): Registry | undefined {
  if (identity.control !== undefined) {
    return controlRegistry({ ports, identity, log, token: env["SHOAL_CONTROL_TOKEN"] });
  }
  const dns = env["SHOAL_DNS"] ?? "";
  return dns === "" ? undefined : dnsRegistry({ ports, identity }, dnsOptionsIn(dns));
}

/** Reads SHOAL_DNS: "SUFFIX:PORT" for address records, "SUFFIX" for SRV records. */
function dnsOptionsIn(text: string): { readonly suffix: string; readonly port?: number } {
  const [, suffix, port] = /^([a-z0-9.-]+?)(?::(\d{1,5}))?$/i.exec(text) ?? [];
  if (suffix !== undefined && Number(port ?? 1) >= 1 && Number(port ?? 1) <= 65_535) {
    return port === undefined ? { suffix } : { suffix, port: Number(port) };
  }
  throw shoalError("OPTION_INVALID", {
    message: `SHOAL_DNS must be a domain name, and a port for address records, such as "default.svc.cluster.local:80", got "${text}"`,
    hint: "Correct the environment variable named above.",
    details: { option: "SHOAL_DNS" },
  });
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
