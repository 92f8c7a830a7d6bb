import type { SocketScenario } from "./scenario.ts";
import { blackHoledReplica } from "./sockets/black-holed-replica.ts";
import { dnsDown } from "./sockets/dns-down.ts";
import { fastFailingReplica } from "./sockets/fast-failing-replica.ts";
import { metastableOverload } from "./sockets/metastable-overload.ts";
import { refusingReplica } from "./sockets/refusing-replica.ts";
import { retryJitter } from "./sockets/retry-jitter.ts";
import { slowReplicaOfEleven } from "./sockets/slow-replica-of-eleven.ts";
import { slowReplicaOfFive } from "./sockets/slow-replica-of-five.ts";
import { sustainedOverload } from "./sockets/sustained-overload.ts";

/** All that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [
  retryJitter,
  slowReplicaOfEleven,
  slowReplicaOfFive,
  fastFailingReplica,
  refusingReplica,
  blackHoledReplica,
  metastableOverload,
  sustainedOverload,
  dnsDown,
];
