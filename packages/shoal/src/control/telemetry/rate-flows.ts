import {
  type Counted,
  createRateWindow,
  createTotals,
  NO_RATES,
  type Rates,
  type RateWindow,
  ratesOfTotals,
  type Totals,
} from "./rate-window.ts";

/** Requests alike in who asked whom for what. */
export interface FlowName {
  /** Of whom it was asked: a service, or a host outside. */
  readonly callee: string;
  /** "" of a host outside. */
  readonly operation: string;
  /** "" when unknown. */
  readonly caller: string;
  /** True for a host outside of the fleet. */
  readonly external: boolean;
}

export interface EdgeRates extends Rates {
  readonly caller: string;
  readonly callee: string;
  readonly external: boolean;
}

export interface OperationRates extends Rates {
  readonly operation: string;
}

/** All rates at one second. */
interface RatesView {
  readonly services: ReadonlyMap<string, Rates>;
  readonly operations: ReadonlyMap<string, readonly OperationRates[]>;
  readonly edges: readonly EdgeRates[];
}

export interface FlowLimits {
  readonly windowS: number;
  readonly flowsMax: number;
  readonly forgetS: number;
}

/** Requests counted by flow, over the last seconds. */
export interface RateFlows {
  /** False when there is no room for another flow. Counts nothing without `counted`, but knows of the flow. */
  readonly add: (name: FlowName, counted: Counted | undefined, isError: boolean, nowS: number) => boolean;
  /** Made once a second, whoever asks. */
  readonly view: (nowS: number) => RatesView;
  /** Since which second there is word of a service; undefined when there is none. */
  readonly firstOf: (service: string) => number | undefined;
  readonly forget: (nowS: number) => void;
}

interface Flow extends FlowName {
  readonly window: RateWindow;
  seenS: number;
}

export function createRateFlows({ windowS, flowsMax, forgetS }: FlowLimits): RateFlows {
  const flows = new Map<string, Flow>();
  /** Since when there is word of a callee: what is younger than the window is divided by less. */
  const firstS = new Map<string, number>();
  let last: { readonly nowS: number; readonly view: RatesView } | undefined;

  const flowOf = (name: FlowName, nowS: number): Flow | undefined => {
    const key = `${name.external ? ">" : ""}${name.callee}\n${name.operation}\n${name.caller}`;
    const known = flows.get(key);
    if (known || flows.size >= flowsMax) return known;
    const made = { ...name, window: createRateWindow(windowS), seenS: nowS };
    flows.set(key, made);
    return made;
  };
  return {
    add(name, counted, isError, nowS) {
      const flow = flowOf(name, nowS);
      if (!flow) return false;
      flow.seenS = nowS;
      // A clock set back begins anew: else there would be no rates until it is where it was.
      firstS.set(firstKey(name), Math.min(firstS.get(firstKey(name)) ?? nowS, nowS));
      if (counted && counted.count > 0) flow.window.add(counted, isError, nowS);
      return true;
    },
    view(nowS) {
      // The running second is in no rate, so a second's view does not change.
      if (last?.nowS !== nowS) {
        const secondsOf = (flow: FlowName) => Math.min(windowS, nowS - (firstS.get(firstKey(flow)) ?? nowS));
        last = { nowS, view: viewOf([...flows.values()], nowS, secondsOf) };
      }
      return last.view;
    },
    firstOf: (service) => firstS.get(service),
    forget(nowS) {
      for (const [key, { seenS }] of flows) if (nowS - seenS > forgetS) flows.delete(key);
      const alive = new Set([...flows.values()].map(firstKey));
      for (const key of firstS.keys()) if (!alive.has(key)) firstS.delete(key);
    },
  };
}

function firstKey({ callee, external }: FlowName): string {
  return external ? `>${callee}` : callee;
}

interface Sum<Name> {
  readonly name: Name;
  readonly flow: FlowName;
  readonly totals: Totals;
}

/** Sums by name, in the order of their first appearance. */
function createSums<Name>() {
  const sums = new Map<string, Sum<Name>>();
  return {
    add(key: string, name: Name, flow: Flow, nowS: number) {
      const sum = sums.get(key) ?? { name, flow, totals: createTotals() };
      sums.set(key, sum);
      flow.window.addTo(sum.totals, nowS);
    },
    values: () => [...sums.values()],
  };
}

function viewOf(flows: readonly Flow[], nowS: number, secondsOf: (flow: FlowName) => number): RatesView {
  const services = createSums<string>();
  const operations = createSums<string>();
  const edges = createSums<undefined>();
  for (const flow of flows) {
    edges.add(`${flow.external}\n${flow.caller}\n${flow.callee}`, undefined, flow, nowS);
    if (flow.external) continue;
    services.add(flow.callee, flow.callee, flow, nowS);
    operations.add(`${flow.callee}\n${flow.operation}`, flow.operation, flow, nowS);
  }
  const rates = ({ totals, flow }: Sum<unknown>): Rates => {
    const seconds = secondsOf(flow);
    return seconds <= 0 ? NO_RATES : ratesOfTotals(totals, seconds);
  };
  return {
    services: new Map(services.values().map((sum) => [sum.name, rates(sum)])),
    operations: Map.groupBy(operations.values(), ({ flow }) => flow.callee)
      .entries()
      .reduce(
        (map, [service, sums]) =>
          map.set(
            service,
            sums.map((sum) => ({ operation: sum.name, ...rates(sum) })),
          ),
        new Map<string, readonly OperationRates[]>(),
      ),
    edges: edges.values().map((sum) => {
      const { caller, callee, external } = sum.flow;
      return { caller, callee, external, ...rates(sum) };
    }),
  };
}
