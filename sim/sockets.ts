import type { SocketScenario } from "./scenario.ts";
import { blackHoledReplica } from "./sockets/black-holed-replica.ts";
import { controlPlaneDown } from "./sockets/control-plane-down.ts";
import { deadlineChain } from "./sockets/deadline-chain.ts";
import { dnsDown } from "./sockets/dns-down.ts";
import { fastFailingReplica } from "./sockets/fast-failing-replica.ts";
import { killedReplica } from "./sockets/killed-replica.ts";
import { metastableOverload } from "./sockets/metastable-overload.ts";
import { refusingReplica } from "./sockets/refusing-replica.ts";
import { retryJitter } from "./sockets/retry-jitter.ts";
import { rollingRestart } from "./sockets/rolling-restart.ts";
import { slowReplicaOfEleven } from "./sockets/slow-replica-of-eleven.ts";
import { slowReplicaOfFive } from "./sockets/slow-replica-of-five.ts";
import { sustainedOverload } from "./sockets/sustained-overload.ts";

/** Those that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [
  retryJitter,
  slowReplicaOfEleven,
  slowReplicaOfFive,
  fastFailingReplica,
  refusingReplica,
  blackHoledReplica,
  metastableOverload,
  sustainedOverload,
  deadlineChain,
  rollingRestart,
  killedReplica,
  controlPlaneDown,
  dnsDown,
];
