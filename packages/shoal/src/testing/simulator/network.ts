import type { Cancel, Random } from "../../core/clock.ts";
import { checkOption } from "../../core/options.ts";
import { type Distribution, uniform } from "./distribution.ts";
import type { Host } from "./host.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import type { TimelineWriter } from "./timeline.ts";
import type { WorldClock } from "./world-clock.ts";

/** What it is like to send something from one process to another. */
export interface LinkConditions {
  /** How long a message is under way, one way, in ms. Default 0.1 to 0.3: two machines of one data centre. */
  readonly latencyMs: Distribution;
  /** Share of messages, requests and replies alike, that never arrive, 0 to 1. Default 0. */
  readonly lossRatio: number;
  /**
   * - `open`: messages arrive;
   * - `refused`: connections are refused at once, also those that were open;
   * - `severed`: nothing arrives and nothing says so, as when a cable is cut. A connection takes 1 s to fail.
   */
  readonly path: "open" | "refused" | "severed";
}

/** Which messages: from and to an instance or all instances of a service, by name. Default: any. */
export interface Between {
  readonly from?: string;
  readonly to?: string;
}

/** The network of a world, as a scenario changes it. */
export interface Network {
  /** Changes conditions from now on; where several changes apply, the latest wins. The returned function undoes it. */
  readonly change: (conditions: Partial<LinkConditions>, between?: Between) => Cancel;
  /** Severs two groups from one another, both ways, each a list of instances or services. */
  readonly partition: (left: readonly string[], right: readonly string[]) => Cancel;
}

/** The network as the transport sees it. */
export interface NetworkCore extends Network {
  readonly clock: WorldClock;
  readonly random: Random;
  readonly timeline: TimelineWriter;
  /** What listens at an address, if anything does. */
  readonly hosts: Map<string, Host>;
  readonly conditions: (from: SimulatedProcess, to: Pick<SimulatedProcess, "id" | "service">) => LinkConditions;
}

interface Rule extends Between {
  readonly conditions: Partial<LinkConditions>;
}

const LINK_DEFAULTS: LinkConditions = Object.freeze({
  latencyMs: uniform(0.1, 0.3),
  lossRatio: 0,
  path: "open",
});

export function createNetwork(parts: Pick<NetworkCore, "clock" | "random" | "timeline">): NetworkCore {
  const { timeline } = parts;
  let rules: readonly Rule[] = [];
  /** Asked for each message, changed a few times in a run. */
  let known = new Map<string, LinkConditions>();
  const setRules = (next: readonly Rule[]) => {
    rules = next;
    known = new Map();
  };

  const change: Network["change"] = (conditions, between = {}) => {
    const { lossRatio = 0 } = conditions;
    checkOption(lossRatio >= 0 && lossRatio <= 1, "lossRatio", "from 0 to 1", lossRatio);
    const rule = { ...between, conditions };
    setRules([...rules, rule]);
    timeline.milestone("network", `${describe(conditions)} ${placeOf(between)}`);
    return () => {
      if (!rules.includes(rule)) return;
      setRules(rules.filter((other) => other !== rule));
      timeline.milestone("network", `no longer ${describe(conditions)} ${placeOf(between)}`);
    };
  };

  return {
    ...parts,
    hosts: new Map(),
    change,
    partition(left, right) {
      const pairs = left.flatMap((one) => right.flatMap((other) => [[one, other] as const, [other, one] as const]));
      const heals = pairs.map(([from, to]) => change({ path: "severed" }, { from, to }));
      return () => {
        for (const heal of heals) heal();
      };
    },
    conditions(from, to) {
      const key = `${from.id} ${to.id}`;
      const cached = known.get(key);
      if (cached) return cached;
      const applying = rules.filter((rule) => isMeant(rule.from, from) && isMeant(rule.to, to));
      const conditions = Object.assign({}, LINK_DEFAULTS, ...applying.map((rule) => rule.conditions));
      known.set(key, conditions);
      return conditions;
    },
  };
}

function isMeant(name: string | undefined, process: Pick<SimulatedProcess, "id" | "service">): boolean {
  return name === undefined || name === process.id || name === process.service;
}

function describe({ latencyMs, lossRatio, path }: Partial<LinkConditions>): string {
  const parts = [
    latencyMs === undefined ? "" : "another latency",
    lossRatio === undefined ? "" : `${lossRatio * 100}% loss`,
    path ?? "",
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function placeOf({ from = "any", to = "any" }: Between): string {
  return `from ${from} to ${to}`;
}
