import { shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";
import type { Identity } from "./identity.ts";
import type { Instance } from "./instance.ts";
import { instanceProblem } from "./instance-check.ts";
import type { Registry } from "./port.ts";

/**
 * A registry that never changes: what is in the list is alive, registering does nothing. An empty list makes a process
 * that finds nobody, and says so at once.
 */
export function staticRegistry(instances: readonly Instance[]): Registry {
  const services = [...new Set(instances.map((instance) => instance.service))];
  return {
    register: () => ({ leave: () => Promise.resolve() }),
    watch({ onSnapshot }) {
      const watched = new Set<string>();
      return {
        add(service) {
          watched.add(service);
          const listed = instances.filter((instance) => watched.has(instance.service));
          onSnapshot({ revision: watched.size, instances: listed, services, watched: [...watched] });
        },
        close() {},
      };
    },
  };
}

/**
 * Reads SHOAL_STATIC: "quotes=http://127.0.0.1:9001|http://127.0.0.1:9002,rates=https://rates.example.com".
 * Throws OPTION_INVALID naming the variable and the part that is wrong.
 *
 * @param identity Every instance is taken to be in the process's own realm and zone.
 */
export function parseStatic(text: string, identity: Pick<Identity, "realm" | "zone">): readonly Instance[] {
  return text
    .split(",")
    .map((entry) => entry.trim())
    .filter((entry) => entry !== "")
    .flatMap((entry) => instancesOf(entry, identity));
}

function instancesOf(entry: string, { realm, zone }: Pick<Identity, "realm" | "zone">): readonly Instance[] {
  const equals = entry.indexOf("=");
  const service = entry.slice(0, Math.max(0, equals)).trim();
  if (!isName(service)) throw invalid(`"${entry}" must be SERVICE=URL|URL…, SERVICE being ${NAME_RULE}`);
  return entry
    .slice(equals + 1)
    .split("|")
    .map((url, index) => {
      const address = url.trim().replace(/\/$/, "");
      const instance = {
        id: `${service}-static-${index + 1}`,
        service,
        address,
        realm,
        zone,
        release: "",
        contract: "",
      };
      const problem = instanceProblem(instance);
      if (problem) throw invalid(`"${entry}": ${problem}, got "${url}"`);
      return instance;
    });
}

function invalid(message: string) {
  return shoalError("OPTION_INVALID", {
    message: `SHOAL_STATIC: ${message}`,
    hint: "Correct the environment variable named above.",
    details: { option: "SHOAL_STATIC" },
  });
}
