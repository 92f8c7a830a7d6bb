import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, shoalError } from "../../core/errors.ts";
import { checkDefinition } from "./config-check.ts";
import { duplicateKeysIn } from "./config-scan.ts";
import type { FleetDefinition } from "./definition.ts";

/** Looked for in this order, in the folder and in those above it. */
const CONFIG_NAMES = ["shoal.config.ts", "shoal.config.mts", "shoal.config.js", "shoal.config.mjs"] as const;

/** A config only says what a fleet is made of: one that awaits for longer than this waits for nothing that comes. */
const LOAD_MS_MAX = 10_000;

export interface LoadedConfig {
  readonly definition: FleetDefinition;
  /** Absolute. */
  readonly configFile: string;
}

/**
 * Finds, loads and checks a config.
 * Throws CONFIG_MISSING, or CONFIG_INVALID naming file and entry, both with the file in `details.file`.
 * @param given File or folder, relative to `cwd`. Default: the nearest config from `cwd` upwards.
 * @param loadMsMax How long its top level may take. Default: 10 000.
 */
export async function loadConfig(cwd: string, given?: string, loadMsMax = LOAD_MS_MAX): Promise<LoadedConfig> {
  const configFile = given === undefined ? nearestConfig(cwd) : givenConfig(resolve(cwd, given));
  const exported = await importConfig(configFile, loadMsMax);
  const duplicate = duplicateKeysIn(readFileSync(configFile, "utf8"))[0];
  if (duplicate !== undefined) {
    const { name, lines } = duplicate;
    throw invalid(configFile, `services.${name}: is there twice, in lines ${lines.join(" and ")}; the last would win`);
  }
  const problem = checkDefinition(exported, { folder: dirname(configFile), exists: existsSync });
  if (problem !== undefined) throw invalid(configFile, problem.text, problem.hint);
  return { definition: exported as FleetDefinition, configFile };
}

function nearestConfig(cwd: string): string {
  for (let folder = resolve(cwd); ; folder = dirname(folder)) {
    const found = configIn(folder);
    if (found !== undefined) return found;
    if (folder === dirname(folder)) break;
  }
  throw shoalError("CONFIG_MISSING", {
    message: `there is no ${CONFIG_NAMES[0]} (or .mts, .js, .mjs) in ${resolve(cwd)} or any folder above it`,
    details: { cwd },
  });
}

function givenConfig(path: string): string {
  const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory();
  const found = isFolder ? configIn(path) : existsSync(path) ? path : undefined;
  if (found !== undefined) return found;
  const message = isFolder ? `there is no ${CONFIG_NAMES[0]} in ${path}` : `${path} does not exist`;
  throw shoalError("CONFIG_MISSING", { message, details: { file: path } });
}

function configIn(folder: string): string | undefined {
  return CONFIG_NAMES.map((name) => join(folder, name)).find((path) => existsSync(path));
}

async function importConfig(configFile: string, loadMsMax: number): Promise<unknown> {
  let module: { readonly default?: unknown };
  try {
    // The query makes it a new module each time: a process that loads a config twice wants what is in the file now.
    const loading = import(`${pathToFileURL(configFile).href}?read=${statSync(configFile).mtimeMs}`);
    module = await within(loadMsMax, loading);
  } catch (cause) {
    const at = frameOf(cause, configFile);
    throw shoalError("CONFIG_INVALID", {
      message: `${configFile}${at === "" ? "" : ` (${at})`} could not be loaded: ${textOf(cause)}`,
      hint: hintFor(cause),
      details: { file: configFile, at },
      cause,
    });
  }
  if (module.default !== undefined) return module.default;
  throw invalid(configFile, "it has no default export", 'End it with `export default fleet("name", { ... })`.');
}

function within<Value>(limitMs: number, promise: Promise<Value>): Promise<Value> {
  const limit = Promise.withResolvers<never>();
  const message = `its top level has not ended after ${limitMs} ms: does it await what never comes?`;
  const timer = setTimeout(() => limit.reject(new Error(message)), limitMs);
  return Promise.race([promise, limit.promise]).finally(() => clearTimeout(timer));
}

/** What the helpers of a config throw has the same code: once is enough. */
function textOf(cause: unknown): string {
  return messageOf(cause).replace(/^\[CONFIG_INVALID\] /, "");
}

const PLACE = /(file:\/\/)?(?<![\w.:])(\/[^\s():?]+)(?:\?[^\s():]*)?((?::\d+){1,2})/g;

/** The first place of the user's own in a stack, such as "shoal.config.ts:12:9"; "" when there is none. */
function frameOf(cause: unknown, configFile: string): string {
  const stack = cause instanceof Error ? (cause.stack ?? "") : "";
  // A syntax error has its place in front of the message, a thrown one in its frames.
  for (const [, scheme = "", place = "", position = ""] of stack.matchAll(PLACE)) {
    const path = scheme === "" ? place : fileURLToPath(`${scheme}${place}`);
    if (path.includes("/node_modules/") || path === import.meta.filename) continue;
    return `${path === configFile ? basename(path) : path}${position}`;
  }
  return "";
}

function hintFor(cause: unknown): string | undefined {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ERR_MODULE_NOT_FOUND" && /'shoal(\/fleet)?'/.test(messageOf(cause))) return "Run `npm install shoal`.";
  if (code === "ERR_MODULE_NOT_FOUND") return "Install the package, or correct the import.";
  if (/'shoal' does not provide an export named '(fleet|node|command)'/.test(messageOf(cause))) {
    return 'Import fleet, node and command from "shoal/fleet".';
  }
  if (code === "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
    return "Node strips types and does not compile: use no enums, namespaces or parameter properties.";
  }
  return undefined;
}

function invalid(configFile: string, text: string, hint?: string) {
  return shoalError("CONFIG_INVALID", { message: `${configFile}: ${text}`, hint, details: { file: configFile } });
}
