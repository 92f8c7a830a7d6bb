import type { InstanceStatus } from "../../src/api/types.ts";
import { operationsOf, type SyntheticOperation, serviceNames } from "./names.ts";
import type { Random } from "./random.ts";

/** A made-up service, with what its traffic is like. */
export interface SyntheticService {
  readonly name: string;
  /** 0 takes requests from outside; higher ones are called by lower ones. */
  readonly tier: number;
  readonly operations: readonly SyntheticOperation[];
  readonly calls: readonly SyntheticCall[];
  readonly rate: number;
  readonly latencyMs: number;
  readonly errorRatio: number;
  readonly instances: InstanceStatus[];
}

interface SyntheticCall {
  readonly callee: string;
  readonly external: boolean;
  /** Calls for each request. */
  readonly share: number;
}

export interface SyntheticFleet {
  readonly services: readonly SyntheticService[];
  readonly find: (name: string) => SyntheticService | undefined;
}

const EXTERNALS = ["api.stripe.com", "hooks.slack.com", "eu-central-1.s3.amazonaws.com", "ecb.europa.eu"];
const TIERS = 5;

/** @param counts `instances` are spread over the services, at least one each. */
export function makeFleet(
  random: Random,
  counts: { services: number; instances: number },
  nowMs: number,
): SyntheticFleet {
  const names = serviceNames(random, counts.services);
  const tierOf = (index: number) => Math.min(TIERS - 1, Math.floor((index / names.length) * TIERS));
  const services = names.map((name, index): SyntheticService => {
    const tier = tierOf(index);
    const isFailing = index % 41 === 3;
    return {
      name,
      tier,
      operations: operationsOf(name, random),
      calls: callsOf(random, names, index, tier),
      rate: index % 17 === 16 ? 0 : random.skewed(tier === 0 ? 40 : 15),
      latencyMs: random.skewed(8),
      errorRatio: isFailing ? 0.1 + random.next() * 0.4 : random.chance(0.1) ? 0.004 : 0,
      instances: [],
    };
  });
  for (let number = 0; number < Math.max(counts.instances, names.length); number += 1) {
    const service = services[number % services.length];
    if (!service) continue;
    const instance = makeInstance(random, service, service.instances.length, nowMs);
    const group = groupOf(number % services.length);
    service.instances.push(group === undefined ? instance : { ...instance, group });
  }
  const byName = new Map(services.map((service) => [service.name, service]));
  return { services, find: (name) => byName.get(name) };
}

/** Two in ten services share a process with their neighbour. */
function groupOf(index: number): string | undefined {
  return index % 10 < 2 ? `pair-${Math.floor(index / 10) + 1}` : undefined;
}

function callsOf(random: Random, names: readonly string[], index: number, tier: number): SyntheticCall[] {
  const from = Math.ceil(((tier + 1) / TIERS) * names.length);
  const deeper = names.slice(from);
  const callees = new Set(
    deeper.length === 0 ? [] : Array.from({ length: random.integer(1, 3) }, () => random.pick(deeper)),
  );
  const calls = [...callees].map((callee) => ({ callee, external: false, share: 0.2 + random.next() * 0.8 }));
  return index % 13 === 5 ? [...calls, { callee: random.pick(EXTERNALS), external: true, share: 0.3 }] : calls;
}

const BROKEN = [
  {
    state: "crash-loop",
    reason: "exited with code 1 after 212 ms, 7 times in a row: Error: connect ECONNREFUSED 127.0.0.1:5432",
  },
  { state: "unhealthy", reason: "GET /health answered 503: queue is 12000 behind" },
  { state: "backoff", reason: "exited with code 137 (out of memory?)" },
  { state: "failed", reason: "did not become ready within 30 s" },
  { state: "starting", reason: null },
  { state: "draining", reason: null },
] as const;

function makeInstance(
  random: Random,
  { name, errorRatio }: SyntheticService,
  number: number,
  nowMs: number,
): InstanceStatus {
  const broken =
    errorRatio > 0.05 && number === 0 ? random.pick(BROKEN) : random.chance(0.004) ? random.pick(BROKEN) : undefined;
  const hasProcess = broken === undefined || !["backoff", "failed", "crash-loop"].includes(broken.state);
  return {
    service: name,
    instance: `${name}-${number}-${random.hex(6)}`.slice(-128),
    state: broken?.state ?? "ready",
    address: hasProcess ? `http://127.0.0.1:${20_000 + random.integer(0, 30_000)}` : null,
    pid: hasProcess ? random.integer(1_000, 4_000_000) : null,
    restarts: broken ? random.integer(1, 9) : random.chance(0.02) ? 1 : 0,
    realm: "local",
    zone: random.pick(["zone-a", "zone-b", "zone-c"]),
    release: random.pick(["2026.11.20-1", "2026.11.20-1", "2026.11.21-2"]),
    sinceMs: nowMs - Math.round(random.skewed(3_600_000)),
    reason: broken?.reason ?? null,
  };
}
