import { join } from "node:path";
import type { Sink } from "../see/sink.ts";
import { type Child, startChild } from "../support/children.ts";
import type { Burst } from "../support/load.ts";
import type { Spending } from "../support/profile.ts";
import type { LoadQuestion, ProfiledBurst } from "./caller.ts";
import type { SideName } from "./side.ts";

/** What a load cost both ends. */
export interface PairBurst extends Burst {
  /** CPU time of all providers for each call, in µs. */
  readonly providerUs: number;
  /** CPU time of all callers for each call, in µs. */
  readonly callerUs: number;
}

/** Callers and providers of one side, a process each. */
export interface Pair extends AsyncDisposable {
  readonly name: SideName;
  /** See `LoadQuestion`; by default 32 in flight for a second, of the least payload. */
  readonly load: (question: Partial<LoadQuestion>) => Promise<PairBurst>;
  /** Until the compiler has little left to do: so many calls, or as many as it manages in 8 s. */
  readonly warmUp: () => Promise<void>;
  /** Where the CPU time of its first caller and its first provider goes. */
  readonly profile: (question: Partial<LoadQuestion>) => Promise<Profiles>;
}

export interface Profiles {
  readonly burst: Burst;
  readonly caller: Spending;
  readonly provider: Spending;
}

const BYTES = 100;
const WARM_UP_CALLS = 20_000;
const WARM_UP_TIMES_MAX = 8;
const DEFAULTS: LoadQuestion = { inFlight: 32, ms: 1_000, bytes: BYTES };

export interface PairOptions {
  /** Processes that call. Default: 1. */
  readonly callers?: number;
  /** Processes that are called. Default: 1. */
  readonly providers?: number;
  /** Run Shoal's sources, whose files have names, and not its build. Default: false. */
  readonly fromSource?: boolean;
}

export async function startPair(name: SideName, sink: Sink, options: PairOptions = {}): Promise<Pair> {
  const { callers = 1, providers = 1, fromSource = false } = options;
  const execArgv = fromSource ? ["-C", "shoal-source"] : [];
  await using stack = new AsyncDisposableStack();
  const serving: Child<string>[] = [];
  for (let index = 0; index < providers; index += 1) {
    const env = environment(sink, "quotes", index);
    serving.push(
      stack.use(
        await startChild<string>(join(import.meta.dirname, "provider.ts"), { parameters: [name], env, execArgv }),
      ),
    );
  }
  const addresses = serving.map(({ ready }) => ready);
  const calling: Child<object>[] = [];
  for (let index = 0; index < callers; index += 1) {
    const env = { ...environment(sink, "desk", index), ...(name === "shoal-http" ? { SHOAL_MUX: "off" } : {}) };
    const parameters = [name, ...addresses];
    calling.push(stack.use(await startChild(join(import.meta.dirname, "caller.ts"), { parameters, env, execArgv })));
  }
  const owned = stack.move();
  const providerCpuUs = async () => {
    const each = await Promise.all(serving.map((child) => child.ask<number>({})));
    return each.reduce((sum, us) => sum + us, 0);
  };
  const load = async (question: Partial<LoadQuestion>) => {
    const before = await providerCpuUs();
    const asked = { ...DEFAULTS, ...question };
    const bursts = await Promise.all(calling.map((child) => child.ask<Burst>(asked)));
    return together(bursts, (await providerCpuUs()) - before);
  };
  return {
    name,
    load,
    async warmUp() {
      let calls = 0;
      for (let time = 0; calls < WARM_UP_CALLS && time < WARM_UP_TIMES_MAX; time += 1) calls += (await load({})).calls;
    },
    async profile(question) {
      const asked = { ...DEFAULTS, ...question, profile: true };
      const [provider, called] = await Promise.all([
        serving[0]?.ask<Spending>({ profileMs: asked.ms }),
        calling[0]?.ask<ProfiledBurst>(asked),
      ]);
      if (!provider || !called) throw new Error("there is nobody to profile");
      return { burst: called.burst, caller: called.spending, provider };
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** Telemetry as in production: sampled, and exported to a sink that costs these processes nothing. */
function environment({ url }: Sink, service: string, index: number): NodeJS.ProcessEnv {
  return {
    SHOAL_SERVICE: service,
    SHOAL_INSTANCE: `${service}-${index + 1}`,
    SHOAL_CONTROL: url,
    SHOAL_REALM: "production",
  };
}

function together(bursts: readonly Burst[], providerUs: number): PairBurst {
  const calls = sum(bursts, ({ calls }) => calls);
  const callerUs = sum(bursts, ({ calls, cpuUs }) => calls * cpuUs) / calls;
  return {
    calls,
    failed: sum(bursts, ({ failed }) => failed),
    why: bursts.find(({ why }) => why !== undefined)?.why,
    perSecond: sum(bursts, ({ perSecond }) => perSecond),
    cpuUs: callerUs,
    callerUs,
    providerUs: providerUs / calls,
    p50Us: Math.max(...bursts.map(({ p50Us }) => p50Us)),
    p99Us: Math.max(...bursts.map(({ p99Us }) => p99Us)),
  };
}

function sum(bursts: readonly Burst[], of: (burst: Burst) => number): number {
  return bursts.reduce((total, burst) => total + of(burst), 0);
}
