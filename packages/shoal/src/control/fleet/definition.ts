import type { CallPolicy } from "../../client/policy.ts";
import { shoalError } from "../../core/errors.ts";
import { isName, NAME_RULE } from "../../core/names.ts";

/** Options of every kind of service. */
export interface ProcessOptions {
  /** Copies to run, 1 to 100. Default 1. */
  readonly instances?: number;
  /** A fixed port for the first instance; the next ones count up. Default: a free port for each start. */
  readonly port?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Working folder, relative to the config. Default: the config's folder. */
  readonly cwd?: string;
  /** Files or folders whose change restarts it in development, relative to the config, beside what it was seen to load. */
  readonly watch?: readonly string[];
  /** How long it may take to become ready, in ms. Default 30 000. */
  readonly readyMs?: number;
  /** How long it may take to stop after SIGTERM before it is killed, in ms. Default 10 000. */
  readonly stopMs?: number;
  /** False for a program that listens to nothing: it is ready when it has run for 0.5 s. Default true. */
  readonly listens?: boolean;
}

export interface NodeOptions extends ProcessOptions {
  /** Arguments after the file. */
  readonly args?: readonly string[];
  /** Arguments of Node itself, such as "--inspect". */
  readonly nodeArgs?: readonly string[];
}

export interface CommandOptions extends ProcessOptions {
  /** A path that answers 2xx when it is ready. Default: ready when $PORT accepts a connection. */
  readonly health?: string;
}

/** A Node program: a file that serves a contract, or any app. */
export interface NodeService {
  readonly kind: "node";
  readonly file: string;
  readonly options: NodeOptions;
}

/** Any program, in any language, run by a shell; it gets $PORT. */
export interface CommandService {
  readonly kind: "command";
  readonly command: string;
  readonly options: CommandOptions;
}

export type ServiceDefinition = NodeService | CommandService;

/** Services that share one process. */
export interface GroupDefinition {
  readonly services: readonly string[];
  /** Copies of the process to run, 1 to 100. Default: what its services say, which then has to be the same. */
  readonly instances?: number;
}

export interface FleetOptions {
  /** Default "local". */
  readonly realm?: string;
  /** Default "local". */
  readonly zone?: string;
  /** Port of the control plane. Default 4400, or a free one when that is taken. */
  readonly controlPort?: number;
  /** Service to the realm that is asked when the own realm has no instance of it. */
  readonly fallbackRealms?: Readonly<Record<string, string>>;
  /**
   * How calls are made unless the code says otherwise, by whom they are made to, weakest first: "*" for every service,
   * "quotes" for one, "quotes.getQuote" for one of its operations, where only what may differ from call to call is
   * allowed (`CallSettings`). Default: the defaults of `CallPolicy`.
   */
  readonly policies?: Readonly<Record<string, CallPolicy>>;
  /**
   * Services made with serve() that share a process, by the group's name. They behave as in processes of their own, and
   * calls between them take no socket. `shoal up --together` and `--apart` go before this. Default: each service has its
   * process to itself, so that one that crashes, blocks or leaks takes no other with it.
   */
  readonly groups?: Readonly<Record<string, readonly string[] | GroupDefinition>>;
}

/** What `shoal.config.ts` exports. */
export interface FleetDefinition {
  readonly name: string;
  readonly services: Readonly<Record<string, ServiceDefinition>>;
  readonly options: FleetOptions;
}

/**
 * The services a team runs together. Throws CONFIG_INVALID.
 * @param services By name, which is also the contract's name where there is one.
 */
export function fleet(
  name: string,
  services: Readonly<Record<string, ServiceDefinition>>,
  options: FleetOptions = {},
): FleetDefinition {
  for (const given of [name, ...Object.keys(services)]) {
    if (!isName(given)) throw shoalError("CONFIG_INVALID", { message: `"${given}" is no name: ${NAME_RULE}` });
  }
  return { name, services, options };
}

/** A Node program, started with Shoal's surroundings. @param file Relative to the config. */
export function node(file: string, options: NodeOptions = {}): NodeService {
  return { kind: "node", file, options };
}

/** Any program that listens on $PORT. @param command Run by /bin/sh in the config's folder. */
export function command(command: string, options: CommandOptions = {}): CommandService {
  return { kind: "command", command, options };
}
