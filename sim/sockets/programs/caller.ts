// A process that calls the leaf: as many clients as its parent asks for, and an open-loop load through them in turn.
import { setServers } from "node:dns/promises";
import { syncBuiltinESMExports } from "node:module";
import type { CallPolicy, Criticality } from "shoal";
import { isShoalError } from "shoal";
import { answerParent } from "../rig/answer-parent.ts";
import { wallMs } from "../rig/wall-clock.ts";
import type { Client, ClientKind, ClientOptions } from "./clients/client.ts";
import { shoalClient } from "./clients/shoal-client.ts";
import { countedTransport, createTraffic, type TrafficTo, watchConnections, watchUndici } from "./traffic.ts";

export interface OpenOptions {
  /** Default: the product's. */
  readonly kind?: ClientKind;
  /** Clients that share nothing. Default 1. */
  readonly clients?: number;
  /** Default: all defaults. */
  readonly policy?: CallPolicy;
  /** Such as "127.0.0.1:5353". Default: those of the machine. */
  readonly nameServer?: string;
}

/** Calls begun at a rate, whether the ones before have ended or not: nobody waits for an answer before asking. */
export interface LoadOptions {
  readonly perSecond: number;
  readonly forMs: number;
  /** When it begins, in ms of the wall clock. Default: now. */
  readonly startMs?: number;
  /** `random`: as of independent callers; `even`: at equal distances; `together`: all at once. Default `random`. */
  readonly arrivals?: "random" | "even" | "together";
  /** Default `work`. */
  readonly operation?: "work" | "order";
  /** Of a hundred calls, so many of each. Default: all say nothing. */
  readonly mix?: Readonly<Record<Criticality, number>>;
}

/** How the calls of a load went, in the order in which they ended. */
export interface LoadResult {
  readonly begun: number;
  /** When each should have begun, in ms of the wall clock: what a late process adds is part of what the call took. */
  readonly startsMs: readonly number[];
  readonly endsMs: readonly number[];
  /** The code of the error, or "" for success. */
  readonly codes: readonly string[];
  readonly criticalities: readonly (Criticality | undefined)[];
  /** Times that a call ended that had ended before. */
  readonly endedTwice: number;
}

export interface CallerCommands {
  readonly open: (options: OpenOptions) => Promise<void>;
  /** So many calls of one client, one after the other. How they go does not matter. */
  readonly prime: (calls: number) => Promise<void>;
  /** Answers when all its calls have ended. */
  readonly load: (options: LoadOptions) => Promise<LoadResult>;
  /** What went to each "host:port". */
  readonly traffic: () => ReadonlyMap<string, TrafficTo>;
}

Error.stackTraceLimit = 0;
const traffic = createTraffic();
watchConnections(traffic, wallMs);
const clients: Client[] = [];

async function open({ kind = "shoal", clients: count = 1, policy = {}, nameServer }: OpenOptions): Promise<void> {
  if (nameServer !== undefined) {
    setServers([nameServer]);
    syncBuiltinESMExports(); // the module's functions are bound to the servers anew
  }
  const make = await makerOf(kind);
  const options = { policy, addresses: addressesIn(process.env["SHOAL_STATIC"] ?? "") };
  for (let client = 0; client < count; client += 1) clients.push(make(options));
}

async function makerOf(kind: ClientKind): Promise<(options: ClientOptions) => Client> {
  if (kind === "shoal") {
    return (options) => shoalClient(options, (transport) => countedTransport(transport, traffic, wallMs));
  }
  if (kind === "fresh") return (await import("./clients/fresh-client.ts")).freshClient;
  watchUndici(traffic, wallMs);
  const { balancedPoolClient, naiveClient, retryAgentClient } = await import("./clients/undici-clients.ts");
  return { naive: naiveClient, "balanced-pool": balancedPoolClient, "retry-agent": retryAgentClient }[kind];
}

/** "leaf=URL|URL", as the product reads it. */
function addressesIn(text: string): readonly string[] {
  return text.slice(text.indexOf("=") + 1).split("|");
}

async function prime(calls: number): Promise<void> {
  for (let call = 0; call < calls; call += 1) await clients[0]?.work({}).catch(() => {});
}

function load(options: LoadOptions): Promise<LoadResult> {
  const { perSecond, forMs, startMs = wallMs(), arrivals = "random", operation = "work", mix } = options;
  const due = dueTimes({ perSecond, forMs, startMs, arrivals });
  const startsMs: number[] = [];
  const endsMs: number[] = [];
  const codes: string[] = [];
  const criticalities: (Criticality | undefined)[] = [];
  const hasEnded: boolean[] = [];
  let endedTwice = 0;
  return new Promise((resolve) => {
    const ended = (index: number, criticality: Criticality | undefined, code: string) => {
      if (hasEnded[index]) endedTwice += 1;
      hasEnded[index] = true;
      startsMs.push(due[index] ?? 0);
      endsMs.push(wallMs());
      codes.push(code);
      criticalities.push(criticality);
      if (endsMs.length === due.length) resolve({ begun, startsMs, endsMs, codes, criticalities, endedTwice });
    };
    let begun = 0;
    const beginDue = () => {
      while (begun < due.length && (due[begun] ?? 0) <= wallMs()) {
        const index = begun++;
        const client = clients[index % clients.length];
        const criticality = mix && criticalityOf(Math.random() * 100, mix);
        const call =
          operation === "work" ? client?.work(criticality ? { criticality } : {}) : client?.order(idOf(index));
        call?.then(
          () => ended(index, criticality, ""),
          (cause: unknown) => ended(index, criticality, isShoalError(cause) ? cause.code : String(cause)),
        );
      }
      if (begun < due.length) setTimeout(beginDue, Math.max(0, (due[begun] ?? 0) - wallMs()));
    };
    beginDue();
    if (due.length === 0) resolve({ begun, startsMs, endsMs, codes, criticalities, endedTwice });
  });
}

function dueTimes({
  perSecond,
  forMs,
  startMs,
  arrivals,
}: Required<Pick<LoadOptions, "perSecond" | "forMs" | "startMs" | "arrivals">>) {
  const meanMs = 1_000 / perSecond;
  if (arrivals === "together") return Array.from({ length: Math.round(forMs / meanMs) }, () => startMs);
  const due: number[] = [];
  const gapMs = () => (arrivals === "even" ? meanMs : -Math.log(1 - Math.random()) * meanMs);
  for (let atMs = startMs + gapMs(); atMs < startMs + forMs; atMs += gapMs()) due.push(atMs);
  return due;
}

function idOf(index: number): string {
  return `${process.pid}-${index}`;
}

function criticalityOf(drawn: number, { critical, sheddable }: Readonly<Record<Criticality, number>>): Criticality {
  if (drawn < critical) return "critical";
  return drawn < critical + sheddable ? "sheddable" : "default";
}

answerParent<CallerCommands>({ open, prime, load, traffic: () => traffic.byAddress });
