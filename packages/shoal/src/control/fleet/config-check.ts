import { basename, dirname, join, resolve } from "node:path";
import { resolvePolicies, servicesIn } from "../../client/policy-overrides.ts";
import { messageOf } from "../../core/errors.ts";
import { isName, NAME_RULE, nearestName } from "../../core/names.ts";
import type { FleetDefinition, FleetOptions, GroupDefinition, NodeService, ServiceDefinition } from "./definition.ts";
import { difference, groupOf, unfitness } from "./grouping.ts";
import { nodeFile } from "./launch.ts";

/** What is wrong with a config: where and what, and what to do when that is not obvious. */
export interface ConfigProblem {
  readonly text: string;
  readonly hint?: string;
}

/** The world that a config is checked against. */
export interface ConfigSurroundings {
  readonly folder: string;
  readonly exists: (path: string) => boolean;
}

const SERVICES_MAX = 500;

/** The first problem of what a config exports, or undefined. Structural: it may come from another copy of this package. */
export function checkDefinition(exported: unknown, around: ConfigSurroundings): ConfigProblem | undefined {
  if (!isRecord(exported) || !isRecord(exported["services"]) || !isRecord(exported["options"])) {
    return {
      text: `its default export is ${describe(exported)}, not a fleet`,
      hint: 'End it with `export default fleet("name", { ... })`.',
    };
  }
  const { name, services, options } = exported as unknown as FleetDefinition;
  if (typeof name !== "string" || !isName(name))
    return { text: `the fleet's name must be ${NAME_RULE}, got ${describe(name)}` };
  const names = Object.keys(services);
  if (names.length > SERVICES_MAX)
    return { text: `it has ${names.length} services; at most ${SERVICES_MAX} run on one machine` };
  return (
    checkOptions("fleet", options, FLEET_RULES) ??
    firstOf(names, (service) => checkService(service, services[service], around)) ??
    checkNames(names) ??
    checkPolicies(options, names) ??
    checkGroups(services, options) ??
    checkPorts(services, options.controlPort)
  );
}

function checkService(service: string, definition: unknown, around: ConfigSurroundings): ConfigProblem | undefined {
  const entry = `services.${service}`;
  if (!isName(service)) return { text: `${entry}: the name must be ${NAME_RULE}` };
  if (!isDefinition(definition)) {
    return { text: `${entry}: is ${describe(definition)}`, hint: 'Make it with node("file") or command("program").' };
  }
  const rules = definition.kind === "node" ? NODE_RULES : COMMAND_RULES;
  const other = definition.kind === "node" ? COMMAND_RULES : NODE_RULES;
  const problem = checkOptions(entry, definition.options, rules, { rules: other, kind: definition.kind });
  return problem ?? checkPaths(entry, definition, around);
}

function isDefinition(value: unknown): value is ServiceDefinition {
  if (!isRecord(value) || !isRecord(value["options"])) return false;
  const main = value["kind"] === "node" ? value["file"] : value["kind"] === "command" ? value["command"] : undefined;
  return typeof main === "string" && main.trim() !== "";
}

function checkPaths(
  entry: string,
  definition: ServiceDefinition,
  around: ConfigSurroundings,
): ConfigProblem | undefined {
  const { cwd } = definition.options;
  if (cwd !== undefined && !around.exists(resolve(around.folder, cwd))) {
    return { text: `${entry}: its cwd ${resolve(around.folder, cwd)} does not exist` };
  }
  if (definition.kind === "command") return undefined;
  const path = nodeFile(around.folder, definition.file);
  if (around.exists(path)) return undefined;
  const other = [".ts", ".mts", ".js", ".mjs", ".cjs"]
    .map((extension) => basename(path).replace(/(\.[cm]?[jt]s)?$/, extension))
    .find((name) => around.exists(join(dirname(path), name)));
  return {
    text: `${entry}: its file ${path} does not exist`,
    ...(other !== undefined && { hint: `There is ${other} in that folder.` }),
  };
}

/** Names that differ by hyphens only would be taken for one another in every command and table. */
function checkNames(names: readonly string[]): ConfigProblem | undefined {
  const seen = new Map<string, string>();
  return firstOf(names, (name) => {
    const bare = name.replaceAll("-", "");
    const other = seen.get(bare);
    seen.set(bare, name);
    return other === undefined
      ? undefined
      : { text: `services.${name}: differs from ${other} by hyphens only`, hint: "Rename one of them." };
  });
}

/** A policy for a service that others have under another name is a slip that nobody would notice. */
function checkPolicies(
  { policies = {}, fallbackRealms = {} }: FleetOptions,
  names: readonly string[],
): ConfigProblem | undefined {
  try {
    resolvePolicies(policies);
  } catch (cause) {
    return { text: `fleet: policies: ${messageOf(cause).replace(/^\[OPTION_INVALID\] /, "")}` };
  }
  const known = [...names, ...Object.keys(fallbackRealms)];
  return firstOf(servicesIn(policies), (service) => {
    const nearest = known.includes(service) ? undefined : nearestName(service, known);
    if (nearest === undefined) return undefined;
    return { text: `fleet: policies: there is no service ${service}`, hint: `Did you mean ${nearest}?` };
  });
}

function checkGroups(services: FleetDefinition["services"], { groups = {} }: FleetOptions): ConfigProblem | undefined {
  const groupOfService = new Map<string, string>();
  return firstOf(Object.entries(groups), ([group, given]) => {
    const entry = `groups.${group}`;
    if (!isName(group)) return { text: `${entry}: the name must be ${NAME_RULE}` };
    if (services[group] !== undefined) {
      return { text: `${entry}: there is a service of that name`, hint: "Give the group another name." };
    }
    if (!isRecord(given) && texts(given) !== undefined) {
      return { text: `${entry}: must be a list of services, got ${describe(given)}` };
    }
    const wrong = isRecord(given) ? checkOptions(entry, given, GROUP_RULES) : undefined;
    if (wrong !== undefined) return wrong;
    return (
      checkMembers(entry, services, groupOf(given)) ??
      firstOf(groupOf(given).services, (service) => {
        const other = groupOfService.get(service);
        groupOfService.set(service, group);
        return other === undefined
          ? undefined
          : { text: `${entry}: ${service} is in it ${other === group ? "twice" : `and in ${other}`}` };
      })
    );
  });
}

/** One process has one environment, one folder and one command line; and it runs whole, or not at all. */
function checkMembers(
  entry: string,
  services: FleetDefinition["services"],
  { services: names, instances }: GroupDefinition,
): ConfigProblem | undefined {
  if (!Array.isArray(names) || names.length === 0) return { text: `${entry}: it has no services` };
  let first: { readonly service: string; readonly definition: NodeService } | undefined;
  return firstOf(names, (service) => {
    const definition = services[service];
    if (definition === undefined) {
      const nearest = nearestName(service, Object.keys(services));
      return {
        text: `${entry}: there is no service ${service}`,
        ...(nearest !== undefined && { hint: `Did you mean ${nearest}?` }),
      };
    }
    const unfit = unfitness(definition);
    if (definition.kind !== "node" || unfit !== undefined) {
      return { text: `${entry}: ${service} cannot share a process: ${unfit}`, hint: "Leave it out of the group." };
    }
    if (first === undefined) {
      first = { service, definition };
      return undefined;
    }
    const differs = difference(first.definition, definition);
    if (differs !== undefined) {
      return {
        text: `${entry}: ${service} cannot share a process with ${first.service}: ${differs}`,
        hint: "A process has one environment, one folder and one command line. Make them the same, or leave it out of the group.",
      };
    }
    const [own, theirs] = [definition, first.definition].map(({ options }) => options.instances ?? 1);
    if (instances !== undefined || own === theirs) return undefined;
    return {
      text: `${entry}: ${service} has ${own} instances and ${first.service} ${theirs}, but a group runs as a whole`,
      hint: `Say how often: ${entry.slice("groups.".length)}: { services: [...], instances: 1 }.`,
    };
  });
}

function checkPorts(services: FleetDefinition["services"], controlPort: number | undefined): ConfigProblem | undefined {
  const owners = new Map<number, string>(controlPort ? [[controlPort, "the control plane"]] : []);
  return firstOf(Object.entries(services), ([service, { options }]) => {
    const { port, instances = 1 } = options;
    if (port === undefined) return undefined;
    if (port + instances - 1 > 65_535)
      return { text: `services.${service}: its last instance would have port ${port + instances - 1}` };
    for (let slot = 0; slot < instances; slot += 1) {
      const owner = owners.get(port + slot);
      if (owner !== undefined)
        return {
          text: `services.${service}: port ${port + slot} is ${owner}'s`,
          hint: "Choose another port, or leave it out.",
        };
      owners.set(port + slot, `the service ${service}`);
    }
    return undefined;
  });
}

/** What a value must be, in words; undefined when it is. */
type Rule = (value: unknown) => string | undefined;
type Rules = Readonly<Record<string, Rule>>;

function rule(wanted: string, ok: (value: unknown) => boolean): Rule {
  return (value) => (ok(value) ? undefined : wanted);
}

function integer(min: number, max: number): Rule {
  return rule(
    `an integer from ${min} to ${max}`,
    (value) => Number.isInteger(value) && Number(value) >= min && Number(value) <= max,
  );
}

const DURATION_MS_MAX = 24 * 3_600_000;
const text = rule("a text", (value) => typeof value === "string" && value !== "");
const texts = rule(
  "a list of texts",
  (value) => Array.isArray(value) && value.every((each) => typeof each === "string"),
);
const flag = rule("true or false", (value) => typeof value === "boolean");
const name = rule(NAME_RULE, (value) => typeof value === "string" && isName(value));
const path = rule('a path starting with "/"', (value) => typeof value === "string" && /^\/\S*$/.test(value));
const environment = rule(
  "an object of texts",
  (value) => isRecord(value) && Object.values(value).every((each) => typeof each === "string"),
);
const realms = rule(
  "an object of service to realm",
  (value) =>
    isRecord(value) &&
    Object.entries(value).every((pair) => pair.every((each) => typeof each === "string" && isName(each))),
);

const PROCESS_RULES: Rules = {
  instances: integer(1, 100),
  port: integer(1, 65_535),
  env: environment,
  cwd: text,
  watch: texts,
  readyMs: integer(1, DURATION_MS_MAX),
  stopMs: integer(0, DURATION_MS_MAX),
  listens: flag,
};
const NODE_RULES: Rules = { ...PROCESS_RULES, args: texts, nodeArgs: texts };
const COMMAND_RULES: Rules = { ...PROCESS_RULES, health: path };
const FLEET_RULES: Rules = {
  realm: name,
  zone: name,
  controlPort: integer(0, 65_535),
  fallbackRealms: realms,
  policies: rule("an object of policies", isRecord),
  groups: rule("an object of lists of services", isRecord),
};
const GROUP_RULES: Rules = { services: texts, instances: integer(1, 100) };

function checkOptions(
  entry: string,
  options: object,
  rules: Rules,
  other?: { readonly rules: Rules; readonly kind: string },
): ConfigProblem | undefined {
  return firstOf(Object.entries(options), ([option, value]) => {
    const check = rules[option];
    if (check === undefined || !Object.hasOwn(rules, option)) return unknownOption(entry, option, rules, other);
    if (value === undefined) return undefined;
    const wanted = check(value);
    return wanted === undefined ? undefined : { text: `${entry}: ${option} must be ${wanted}, got ${describe(value)}` };
  });
}

function unknownOption(
  entry: string,
  option: string,
  rules: Rules,
  other: { readonly rules: Rules; readonly kind: string } | undefined,
): ConfigProblem {
  const known = Object.keys(rules);
  if (other && Object.hasOwn(other.rules, option)) {
    return {
      text: `${entry}: ${option} is no option of ${other.kind}()`,
      hint: `Its options are ${known.join(", ")}.`,
    };
  }
  const nearest = nearestName(option, known);
  return {
    text: `${entry}: ${option} is no option`,
    hint: nearest === undefined ? `Its options are ${known.join(", ")}.` : `Did you mean ${nearest}?`,
  };
}

function firstOf<Item, Found>(items: readonly Item[], look: (item: Item) => Found | undefined): Found | undefined {
  for (const item of items) {
    const found = look(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return typeof value === "string" ? `"${value.slice(0, 80)}"` : String(value).slice(0, 80);
}
