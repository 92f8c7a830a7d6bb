import { createRequire } from "node:module";
import { isAbsolute, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { GROUP_VARIABLE, type GroupMemberSpec, type GroupSpec } from "../../discovery/group-spec.ts";
import { intakeToken } from "../intake-token.ts";
import type { FleetDefinition, ServiceDefinition } from "./definition.ts";
import type { GroupPlan } from "./grouping.ts";
import type { ProcessSpec } from "./spawn-process.ts";
import type { FleetMark } from "./strays.ts";

/** Finds this package's own programs by the names that its package.json gives them, as source and as built. */
const require = createRequire(import.meta.url);

type Environment = Readonly<Record<string, string | undefined>>;

/** What all processes of a fleet have in common. */
export interface LaunchSetting {
  readonly definition: Pick<FleetDefinition, "name" | "options">;
  /** The config's folder, where relative paths start. */
  readonly folder: string;
  readonly stateFolder: string;
  readonly controlUrl: string;
  /** What processes inherit. */
  readonly env: Environment;
  /** Arguments that Node itself was started with, for their `-C`. */
  readonly execArgv: readonly string[];
  /** In development: processes report the files they load. */
  readonly watch: boolean;
  readonly mark: FleetMark;
  /** The id of this life of the fleet: the same for each control plane that it starts. */
  readonly run: string;
}

/** One process to be. */
export interface Launch {
  readonly service: string;
  readonly definition: ServiceDefinition;
  readonly instance: string;
  readonly port: number;
}

/** Set for one process by its own supervisor: a fleet started from within another must not pass them on. */
const OWN_VARIABLES = [
  "PORT",
  "SHOAL_SERVICE",
  "SHOAL_INSTANCE",
  "SHOAL_FALLBACK_REALMS",
  "SHOAL_POLICIES",
  "SHOAL_STATIC",
  "SHOAL_SUPERVISOR_FD",
  "SHOAL_WATCH",
  "SHOAL_OWNER_PID",
  "SHOAL_RUN",
  GROUP_VARIABLE,
];

/** Which program is started how. Pure. */
export function processSpecOf(setting: LaunchSetting, launch: Launch): ProcessSpec {
  const { definition } = launch;
  const shared = {
    cwd: resolve(setting.folder, definition.options.cwd ?? "."),
    env: environmentOf(setting, launch),
  };
  if (definition.kind === "command") {
    return { ...shared, executable: "/bin/sh", args: ["-c", withExec(definition.command)] };
  }
  const { args = [], nodeArgs = [] } = definition.options;
  return {
    ...shared,
    executable: process.execPath,
    args: [...nodeStart(setting), ...nodeArgs, nodeFile(setting.folder, definition.file), ...args],
  };
}

/** A process that is to run several services. */
export interface GroupLaunch {
  readonly group: GroupPlan;
  readonly instance: string;
  readonly members: readonly GroupMemberSpec[];
}

/** The process of a group. What its services have of their own comes in SHOAL_GROUP; the rest is the same for all. Pure. */
export function groupSpecOf(setting: LaunchSetting, { group, instance, members }: GroupLaunch): ProcessSpec {
  const [definition] = group.members.values();
  const { cwd = ".", nodeArgs = [] } = definition?.options ?? {};
  const spec: GroupSpec = { name: group.name, members };
  const env = environmentOf(setting, { service: group.name, instance, port: 0, definition });
  return {
    executable: process.execPath,
    args: [...nodeStart(setting), ...nodeArgs, require.resolve("#group")],
    cwd: resolve(setting.folder, cwd),
    env: { ...env, PORT: undefined, SHOAL_SERVICE: undefined, [GROUP_VARIABLE]: JSON.stringify(spec) },
  };
}

/** How Node is started for what runs in the fleet. */
function nodeStart({ execArgv }: LaunchSetting): readonly string[] {
  return [...conditionsIn(execArgv), "--import", pathToFileURL(require.resolve("shoal/register")).href];
}

/** The control plane, as a process of its own. Pure. */
export function controlSpecOf(setting: LaunchSetting, instance: string, port: number): ProcessSpec {
  const { definition, env, stateFolder } = setting;
  return {
    executable: process.execPath,
    args: [...conditionsIn(setting.execArgv), require.resolve("#control")],
    cwd: setting.folder,
    env: {
      ...withoutOwn(env),
      ...setting.mark,
      NODE_COMPILE_CACHE: cacheFolderOf(setting),
      SHOAL_CONTROL: undefined,
      SHOAL_CONTROL_PORT: String(port),
      SHOAL_INSTANCE: instance,
      SHOAL_STATE: stateFolder,
      SHOAL_FLEET: definition.name,
      SHOAL_RUN: setting.run,
      SHOAL_REALM: definition.options.realm ?? "local",
    },
  };
}

/** The process that fills the compile cache. Pure. */
export function warmUpSpecOf(setting: LaunchSetting): ProcessSpec {
  return {
    executable: process.execPath,
    args: [
      ...conditionsIn(setting.execArgv),
      // The entries, which no module of a layer may import. Without SHOAL_CONTROL the first one does nothing.
      ...["shoal/register", "shoal"].flatMap((entry) => ["--import", pathToFileURL(require.resolve(entry)).href]),
      require.resolve("#warm-up"),
    ],
    cwd: setting.folder,
    env: {
      ...withoutOwn(setting.env),
      ...setting.mark,
      SHOAL_CONTROL: undefined,
      NODE_COMPILE_CACHE: cacheFolderOf(setting),
    },
  };
}

function cacheFolderOf({ env, stateFolder }: LaunchSetting): string {
  return env["NODE_COMPILE_CACHE"] ?? join(stateFolder, "compile-cache");
}

/** Absolute path of a node() service's file. */
export function nodeFile(folder: string, file: string): string {
  return isAbsolute(file) ? file : join(folder, file);
}

function environmentOf(
  setting: LaunchSetting,
  launch: Omit<Launch, "definition"> & { readonly definition: ServiceDefinition | undefined },
): Environment {
  const { definition, controlUrl } = setting;
  const { realm = "local", zone = "local", fallbackRealms = {}, policies = {} } = definition.options;
  const given = launch.definition?.options.env ?? {};
  const env = { ...setting.env, ...given };
  const release = env["SHOAL_RELEASE"] || "dev";
  const found = given["SHOAL_STATIC"]; // the config's own word, not that of a fleet around this one
  return {
    ...withoutOwn(env),
    ...(found !== undefined && { SHOAL_STATIC: found }),
    ...setting.mark,
    NODE_COMPILE_CACHE: cacheFolderOf({ ...setting, env }),
    PORT: String(launch.port),
    SHOAL_SERVICE: launch.service,
    SHOAL_INSTANCE: launch.instance,
    SHOAL_REALM: realm,
    SHOAL_ZONE: zone,
    SHOAL_RELEASE: release,
    SHOAL_CONTROL: controlUrl,
    SHOAL_STATE: setting.stateFolder,
    ...(Object.keys(fallbackRealms).length > 0 && { SHOAL_FALLBACK_REALMS: pairs(fallbackRealms) }),
    ...(Object.keys(policies).length > 0 && { SHOAL_POLICIES: JSON.stringify(policies) }),
    // Only for a Node that we start ourselves: what a shell starts may use the descriptor for something else.
    ...(launch.definition?.kind === "node" && {
      SHOAL_SUPERVISOR_FD: "3",
      ...(setting.watch && { SHOAL_WATCH: "1" }),
    }),
    OTEL_SERVICE_NAME: launch.service,
    OTEL_EXPORTER_OTLP_ENDPOINT: env["OTEL_EXPORTER_OTLP_ENDPOINT"] || controlUrl,
    ...otlpHeaders(env),
    OTEL_RESOURCE_ATTRIBUTES: [
      ...(env["OTEL_RESOURCE_ATTRIBUTES"] ? [env["OTEL_RESOURCE_ATTRIBUTES"]] : []),
      `service.instance.id=${launch.instance}`,
      `service.namespace=${definition.name}`,
      `service.version=${encodeURIComponent(release)}`,
      `deployment.environment.name=${realm}`,
    ].join(","),
  };
}

/** What lets an SDK bring its telemetry to a control plane that asks for a token; nothing when it is sent elsewhere. */
function otlpHeaders(env: Environment): Environment {
  const token = env["SHOAL_CONTROL_TOKEN"];
  const isOwn = env["OTEL_EXPORTER_OTLP_ENDPOINT"] || env["OTEL_EXPORTER_OTLP_HEADERS"];
  return token && !isOwn ? { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${intakeToken(token)}` } : {};
}

function withoutOwn(env: Environment): Environment {
  const kept = Object.entries(env).filter(([name]) => !OWN_VARIABLES.includes(name));
  return Object.fromEntries(kept);
}

function pairs(record: Readonly<Record<string, string>>): string {
  return Object.entries(record)
    .map(([key, value]) => `${key}=${value}`)
    .join(",");
}

/** Node chooses between these for each load. `-C import` makes require() find what is meant for import as well. */
const CHOSEN_PER_LOAD = ["import", "require"];

/**
 * The `-C` arguments in a list of Node's arguments: children resolve packages as this process does. But not what no
 * whole process should have: Vitest gives its workers all that is in `ssr.resolve.conditions`, be it `import`.
 */
export function conditionsIn(execArgv: readonly string[]): readonly string[] {
  const given = execArgv.flatMap((arg, index) => {
    if (arg === "-C" || arg === "--conditions") return [execArgv[index + 1] ?? ""];
    const [, condition] = /^(?:--conditions=|-C=?)(.+)$/.exec(arg) ?? [];
    return condition === undefined ? [] : [condition];
  });
  return given.filter((condition) => !CHOSEN_PER_LOAD.includes(condition)).flatMap((condition) => ["-C", condition]);
}

/**
 * One plain program, with arguments and variables but nothing that a shell puts together (pipes, lists, redirections).
 * Not a word that only a shell knows.
 */
const PLAIN =
  /^(?!(?:cd|exec|set|export|source|eval|trap|if|for|while|until|case|time|wait|exit|unset|ulimit|umask|\.)\s)[\w./+@~-]+(?:\s+[^;&|<>(){}`\n\\#!*?]+)?$/;

/** Lets a plain program take the shell's place: a process less for each instance, and its exit is the program's own. */
export function withExec(command: string): string {
  return PLAIN.test(command.trim()) ? `exec ${command.trim()}` : command;
}
