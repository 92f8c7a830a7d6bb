/**
 * Which services share a process, and why others do not. A group is one process with one environment, one working
 * folder and one command line; and it is made of services that begin to listen by themselves once their file is loaded.
 */

import { shoalError } from "../../core/errors.ts";
import type { FleetDefinition, FleetOptions, GroupDefinition, NodeService, ServiceDefinition } from "./definition.ts";

/** What the one who starts the fleet wants: all that can be in one process, each in its own, or as the config has it. */
export type Colocation = "together" | "apart" | "config";

/** One group, ready to run. */
export interface GroupPlan {
  readonly name: string;
  readonly members: ReadonlyMap<string, NodeService>;
  readonly instances: number;
}

export interface Grouping {
  readonly groups: readonly GroupPlan[];
  /** Services that stay apart from a group they might have been expected in, and why. */
  readonly apart: ReadonlyMap<string, string>;
  /** What else is different from the config, for people. */
  readonly notes: readonly string[];
}

type Services = FleetDefinition["services"];

/** What a group of the config is, in either way of writing it. */
export function groupOf(given: readonly string[] | GroupDefinition): GroupDefinition {
  return "services" in given ? given : { services: given };
}

/**
 * Plans the groups of a fleet whose config has been checked.
 * @param sourceOf The text of a node() service's file; "" when it cannot be read.
 */
export function planGroups(
  { services, options }: Pick<FleetDefinition, "services" | "options">,
  how: Colocation,
  sourceOf: (file: string) => string,
): Grouping {
  if (how === "together") return allTogether(services, sourceOf);
  const groups = how === "apart" ? [] : configured(services, options);
  return { groups, apart: new Map(), notes: [] };
}

function configured(services: Services, { groups = {} }: FleetOptions): readonly GroupPlan[] {
  return Object.entries(groups).map(([name, given]) => {
    const { services: names, instances } = groupOf(given);
    const members = names.map((service) => {
      const definition = services[service];
      const reason = definition === undefined ? "it is no service of the fleet" : unfitness(definition);
      if (definition?.kind !== "node" || reason !== undefined) {
        throw shoalError("CONFIG_INVALID", { message: `groups.${name}: ${service} cannot be in it: ${reason}` });
      }
      return [service, definition] as const;
    });
    const copies = instances ?? members[0]?.[1].options.instances ?? 1;
    return { name, members: new Map(members), instances: copies };
  });
}

/** Names for the group of all; a service may have the first. */
const NAMES = ["together", "all-together", "one-process"] as const;

function allTogether(services: Services, sourceOf: (file: string) => string): Grouping {
  const apart = new Map<string, string>();
  const fit: [string, NodeService][] = [];
  for (const [service, definition] of Object.entries(services)) {
    const reason =
      unfitness(definition) ?? (definition.kind === "node" ? unserved(sourceOf(definition.file)) : undefined);
    if (reason === undefined && definition.kind === "node") fit.push([service, definition]);
    else apart.set(service, reason ?? "");
  }
  const alike = [...Map.groupBy(fit, ([, { options }]) => surroundingsOf(options)).values()];
  // The most that can be; of equals the first.
  const chosen = alike.reduce<[string, NodeService][]>((most, one) => (one.length > most.length ? one : most), []);
  const base = chosen[0]?.[1];
  for (const [service, definition] of fit) {
    const reason = base && difference(base, definition);
    if (reason !== undefined) apart.set(service, `${reason} than the others'`);
  }
  if (chosen.length < 2) {
    for (const [service] of chosen) apart.set(service, "there is no other that could share a process with it");
    return { groups: [], apart, notes: [] };
  }
  const instances = Math.min(...chosen.map(([, { options }]) => options.instances ?? 1));
  const fewer = chosen.filter(([, { options }]) => (options.instances ?? 1) > instances).map(([service]) => service);
  const name = NAMES.find((each) => services[each] === undefined) ?? NAMES[0];
  return { groups: [{ name, members: new Map(chosen), instances }], apart, notes: notesOf(fewer, instances) };
}

function notesOf(fewer: readonly string[], instances: number): readonly string[] {
  if (fewer.length === 0) return [];
  const times = instances === 1 ? "once" : `${instances} times`;
  return [`the process they share runs ${times}, and so do ${fewer.join(", ")}, which have more instances apart`];
}

/** Why a service can be in no group at all. */
export function unfitness(definition: ServiceDefinition): string | undefined {
  if (definition.kind === "command") return "a command() is a program of its own";
  const { listens = true, args = [] } = definition.options;
  if (!listens) return "it listens to nothing (listens: false)";
  if (args.length > 0) return "it has arguments (args), which a process has only once";
  return undefined;
}

/** Why two services cannot be in the same process: "its env (RATE) is other". */
export function difference(one: NodeService, other: NodeService): string | undefined {
  const { env = {}, cwd = ".", nodeArgs = [] } = one.options;
  const theirs = other.options;
  const names = [...new Set([...Object.keys(env), ...Object.keys(theirs.env ?? {})])];
  const differing = names.filter((name) => env[name] !== theirs.env?.[name]);
  if (differing.length > 0) return `its env (${differing.sort().join(", ")}) is other`;
  if (cwd !== (theirs.cwd ?? ".")) return "its cwd is other";
  if (JSON.stringify(nodeArgs) !== JSON.stringify(theirs.nodeArgs ?? [])) return "its nodeArgs are other";
  return undefined;
}

function surroundingsOf({ env = {}, cwd = ".", nodeArgs = [] }: NodeService["options"]): string {
  return JSON.stringify([Object.entries(env).sort(), cwd, nodeArgs]);
}

const SERVE_IMPORTED =
  /\bimport\b[^;]*[{,\s]serve\b[^;]*\bfrom\s*["']shoal["']|[{,\s]serve\b[^;]*=\s*require\(\s*["']shoal["']\s*\)/;
const ALL_IMPORTED = /\bimport\s*\*\s*as\s+(\w+)\s+from\s*["']shoal["']/;

/** Why a file is not taken for one that serves a contract: it cannot be run just to find out. */
function unserved(source: string): string | undefined {
  const [, all] = ALL_IMPORTED.exec(source) ?? [];
  if (SERVE_IMPORTED.test(source) || (all !== undefined && source.includes(`${all}.serve(`))) return undefined;
  return "its file does not import serve from shoal; if it serves a contract all the same, name it in groups";
}
