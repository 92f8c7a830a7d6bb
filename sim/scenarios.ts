import type { Scenario } from "./scenario.ts";
import { allReplicasFailing } from "./scenarios/all-replicas-failing.ts";
import { badRegistryPush } from "./scenarios/bad-registry-push.ts";
import { controlPlaneDown } from "./scenarios/control-plane-down.ts";
import { fastFailingReplica } from "./scenarios/fast-failing-replica.ts";
import { flappingReplica } from "./scenarios/flapping-replica.ts";
import { fullLeafOutage } from "./scenarios/full-leaf-outage.ts";
import { hedgedTail } from "./scenarios/hedged-tail.ts";
import { metastableOverload } from "./scenarios/metastable-overload.ts";
import { partialFailure } from "./scenarios/partial-failure.ts";
import { probeDiscipline } from "./scenarios/probe-discipline.ts";
import { slowReplicaOfEleven } from "./scenarios/slow-replica-of-eleven.ts";
import { slowReplicaOfFive } from "./scenarios/slow-replica-of-five.ts";
import { sustainedOverload } from "./scenarios/sustained-overload.ts";
import { zoneFailover } from "./scenarios/zone-failover.ts";

/** All of them, by number. */
export const SCENARIOS: readonly Scenario[] = [
  fullLeafOutage,
  partialFailure,
  slowReplicaOfEleven,
  slowReplicaOfFive,
  hedgedTail,
  fastFailingReplica,
  flappingReplica,
  probeDiscipline,
  allReplicasFailing,
  metastableOverload,
  sustainedOverload,
  controlPlaneDown,
  badRegistryPush,
  zoneFailover,
];
