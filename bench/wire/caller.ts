// The process that calls.
import { answerParent } from "../support/children.ts";
import { type Burst, closedLoad, openLoad } from "../support/load.ts";
import { profiled, type Spending } from "../support/profile.ts";
import { FEE_CENTS, type Quote, quoteOf } from "./quote.ts";
import { loadSide, type SideName } from "./side.ts";

/** `perSecond`: an open load; else a closed one. `bytes`: of the JSON of the request and of the reply. */
export interface LoadQuestion {
  readonly inFlight: number;
  readonly perSecond?: number;
  readonly ms: number;
  readonly bytes: number;
  /** Also say where the CPU time went. */
  readonly profile?: boolean;
}

export interface ProfiledBurst {
  readonly burst: Burst;
  readonly spending: Spending;
}

const [name, ...addresses] = process.argv.slice(2);
const side = await loadSide(name as SideName);
const call = await side.open(addresses);
const quotes = new Map<number, Quote>();

answerParent({}, async ({ inFlight, perSecond, ms, bytes, profile = false }: LoadQuestion) => {
  const quote = quotes.get(bytes) ?? quoteOf(bytes);
  quotes.set(bytes, quote);
  const one = async () => {
    const { cents, notes } = await call(quote);
    if (cents !== quote.cents + FEE_CENTS || notes.length !== quote.notes.length) throw new Error("answered wrongly");
  };
  const load = () => (perSecond === undefined ? closedLoad(one, { inFlight, ms }) : openLoad(one, { perSecond, ms }));
  if (!profile) return load();
  let burst: Burst | undefined;
  const spending = await profiled(async () => {
    burst = await load();
  });
  return { burst, spending };
});
