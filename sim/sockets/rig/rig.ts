import { setTimeout as pause } from "node:timers/promises";
import type { ServeOptions } from "shoal";
import type { Tally } from "shoal/testing";
import type { Measurement } from "../../scenario.ts";
import type { CallerCommands, LoadOptions, LoadResult, OpenOptions } from "../programs/caller.ts";
import type { Behaviour, LeafCommands } from "../programs/leaf.ts";
import type { ProxyCommands } from "../programs/proxy.ts";
import type { Commands } from "./answer-parent.ts";
import { nothingStarts, type Program, startProgram } from "./start-program.ts";
import { tallyOf } from "./tally-of.ts";
import { wallMs } from "./wall-clock.ts";

/** So long after it is asked for a load begins, in all its processes at once, in ms. */
const LOAD_LEAD_MS = 100;
/** Sockets of a client to one instance: the transport's own bound, below which the client keeps by itself. */
const SOCKETS_MAX = 256;
/**
 * The first call of a process, and the first of an instance, load code for a quarter of a second or more. A crowd that waits
 * for it is refused in part, and whoever refused counts as slow for most of a minute.
 */
const PRIME_CALLS = 8;
const WARM_MS = 1_500;
const WARM_CALLS_EACH = 3;
const WARM_CALLS_MIN = 150;

export type Wire = "any" | "http/1.1";
/** Each with what a criterion calls it. */
export const WIRES: readonly (readonly [wire: Wire, name: string])[] = [
  ["any", "mux"],
  ["http/1.1", "HTTP/1.1"],
];

export interface Leaf extends Program<LeafCommands> {
  readonly address: string;
}

interface Proxy extends Program<ProxyCommands> {
  readonly address: string;
}

export interface CallersOptions extends OpenOptions {
  /** The processes among which the clients are divided. Default 1. */
  readonly processes?: number;
  /** What their calls go over. Default `any`: the wire that they would take, which is the multiplexed one where it is spoken. */
  readonly wire?: Wire;
  readonly env?: Readonly<Record<string, string>>;
}

export interface Load {
  readonly tally: Tally;
  /** When it began, in ms of the wall clock: the tally's 0. */
  readonly startMs: number;
  readonly results: readonly LoadResult[];
}

export interface Callers {
  readonly processes: readonly Program<CallerCommands>[];
  /** Divided among the processes. Resolves when all calls have ended. */
  readonly load: (options: Omit<LoadOptions, "startMs">) => Promise<Load>;
  /** A first load that counts for nothing, once nothing starts any more: it compiles code and opens connections. Each client makes some calls. */
  readonly warm: () => Promise<void>;
}

/** The processes of one run of a scenario. All end with it, however it ends. */
export interface Rig extends AsyncDisposable {
  readonly start: <Of extends Commands<Of>>(
    file: string,
    env?: Readonly<Record<string, string>>,
  ) => Promise<Program<Of>>;
  /** Instances of the leaf at addresses of their own, with the product's options unless others are given. */
  readonly leaves: (
    count: number,
    behaviour?: Partial<Behaviour>,
    options?: Partial<ServeOptions>,
    at?: { readonly host?: string; readonly port?: number },
  ) => Promise<readonly Leaf[]>;
  /** Processes that find the leaf at these addresses. */
  readonly callers: (addresses: readonly string[], options?: CallersOptions) => Promise<Callers>;
  /** Passes on to `target` until it is told otherwise. */
  readonly proxy: (target: string) => Promise<Proxy>;
  readonly pause: (ms: number) => Promise<void>;
  /** What must hold whatever the scenario. To be asked when it has ended. */
  readonly invariants: () => readonly Measurement[];
}

export function openRig(): Rig {
  const programs: Pick<Program<Record<never, never>>, "isRunning" | typeof Symbol.asyncDispose>[] = [];
  const loads: LoadResult[] = [];
  /** The most connections to one instance for each client of the process that held them. */
  let socketsMax = 0;

  const start: Rig["start"] = async (file, env) => {
    const program = await startProgram(file, env);
    programs.push(program);
    return program as never;
  };
  const load = async (
    processes: readonly Program<CallerCommands>[],
    clientsEach: number,
    options: Omit<LoadOptions, "startMs">,
  ): Promise<Load> => {
    const startMs = wallMs() + LOAD_LEAD_MS;
    const share = { ...options, perSecond: options.perSecond / processes.length, startMs };
    const results = await Promise.all(processes.map((process) => process.ask("load", share)));
    loads.push(...results);
    for (const process of processes) {
      for (const { openMax } of (await process.ask("traffic")).values()) {
        socketsMax = Math.max(socketsMax, openMax / clientsEach);
      }
    }
    return { tally: tallyOf(results, startMs), startMs, results };
  };

  return {
    start,
    leaves: (count, behaviour = {}, options = {}, at = {}) =>
      Promise.all(
        Array.from({ length: count }, async (_, index) => {
          const leaf = await start<LeafCommands>("leaf.ts", { SHOAL_INSTANCE: `leaf-${index + 1}` });
          await leaf.ask("behave", behaviour);
          return { ...leaf, address: await leaf.ask("listen", options, at) };
        }),
      ),
    async callers(addresses, { processes: count = 1, wire = "any", env = {}, clients = 1, ...options } = {}) {
      const clientsEach = clients / count;
      // others have a cap of their own, or none
      const capped = options.kind === undefined ? clientsEach : Number.POSITIVE_INFINITY;
      const ofWire = wire === "any" ? {} : { SHOAL_MUX: "off" };
      const environment = { SHOAL_STATIC: `leaf=${addresses.join("|")}`, ...ofWire, ...env };
      const processes = await Promise.all(
        Array.from({ length: count }, async () => {
          const process = await start<CallerCommands>("caller.ts", environment);
          await process.ask("open", { ...options, clients: clientsEach });
          return process;
        }),
      );
      return {
        processes,
        load: (given) => load(processes, capped, given),
        async warm() {
          await nothingStarts();
          await Promise.all(processes.map((process) => process.ask("prime", PRIME_CALLS)));
          const calls = Math.max(WARM_CALLS_MIN, clients * WARM_CALLS_EACH);
          await load(processes, capped, { perSecond: calls / (WARM_MS / 1_000), forMs: WARM_MS, arrivals: "even" });
        },
      };
    },
    async proxy(target) {
      const proxy = await start<ProxyCommands>("proxy.ts");
      return { ...proxy, address: await proxy.ask("listen", target) };
    },
    pause: (ms) => pause(ms),
    invariants() {
      const begun = loads.reduce((sum, result) => sum + result.begun, 0);
      const ended = loads.reduce((sum, result) => sum + result.endsMs.length + result.endedTwice, 0);
      const left = programs.filter(({ isRunning }) => isRunning()).length;
      if (loads.length === 0) return [{ criterion: "no process is left", measured: `${left}`, holds: left === 0 }];
      return [
        {
          criterion: "each call ends once; sockets <= cap; no process is left",
          measured: `${ended} of ${begun}; ${socketsMax.toFixed(0)} of ${SOCKETS_MAX}; ${left}`,
          holds: begun === ended && begun > 0 && socketsMax <= SOCKETS_MAX && left === 0,
        },
      ];
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(programs.map((program) => program[Symbol.asyncDispose]()));
    },
  };
}
