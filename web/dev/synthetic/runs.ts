import type { LogDifference, Run, RunDifference } from "../../src/api/types.ts";
import type { SyntheticFleet } from "./fleet.ts";
import type { Random } from "./random.ts";

export function makeRuns(random: Random, current: string, nowMs: number): readonly Run[] {
  return Array.from({ length: 7 }, (_, index): Run => {
    const startMs = nowMs - 900_000 - index * 7_200_000;
    const requests = random.integer(2_000, 400_000);
    return {
      id: index === 0 ? current : random.hex(12),
      fleet: "synthetic",
      startMs,
      endMs: index === 0 ? null : startMs + 5_400_000,
      spans: requests * 4,
      logs: requests * 2,
      exchanges: requests,
      requests,
      errors: Math.round(requests * random.next() * 0.02),
    };
  });
}

const VERDICTS = ["fails", "mended", "slower", "faster", "new", "gone", "same", "same", "same", "same"] as const;

export function compareOperations(fleet: SyntheticFleet, random: Random): RunDifference[] {
  return fleet.services.flatMap((service) =>
    service.operations.map(({ operation }) => {
      const side = sideOf(random.integer(20, 9_000), service.latencyMs);
      return { service: service.name, operation, ...changeOf(random.pick(VERDICTS), side) };
    }),
  );
}

type Side = NonNullable<RunDifference["before"]>;

function sideOf(requests: number, p50Ms: number): Side {
  return { requests, errorRatio: 0, p50Ms, p99Ms: p50Ms * 6 };
}

function changeOf(verdict: RunDifference["verdict"], side: Side): Pick<RunDifference, "before" | "after" | "verdict"> {
  const failing = { ...side, errorRatio: 0.12 };
  const slow = sideOf(side.requests, (side.p50Ms ?? 0) * 2.4);
  switch (verdict) {
    case "fails":
      return { verdict, before: side, after: failing };
    case "mended":
      return { verdict, before: failing, after: side };
    case "slower":
      return { verdict, before: side, after: slow };
    case "faster":
      return { verdict, before: slow, after: side };
    case "new":
      return { verdict, before: null, after: side };
    case "gone":
      return { verdict, before: side, after: null };
    case "same":
      return { verdict, before: side, after: side };
    default:
      return verdict satisfies never;
  }
}

export function compareLogs(fleet: SyntheticFleet): LogDifference[] {
  return fleet.services.slice(0, 12).map(({ name }, index) => ({
    service: name,
    level: index % 3 === 0 ? "warn" : "error",
    pattern: index % 2 === 0 ? "request … failed: upstream reset the connection" : "slow query took … ms <b>",
    before: index % 2 === 0 ? 0 : index,
    after: index % 2 === 0 ? index * 7 + 1 : 0,
  }));
}
