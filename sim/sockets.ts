import type { SocketScenario } from "./scenario.ts";
import { blackHoledReplica } from "./sockets/black-holed-replica.ts";
import { controlPlaneDown } from "./sockets/control-plane-down.ts";
import { deadlineChain } from "./sockets/deadline-chain.ts";
import { dnsDown } from "./sockets/dns-down.ts";
import { fastFailingReplica } from "./sockets/fast-failing-replica.ts";
import { killedReplica } from "./sockets/killed-replica.ts";
import { refusingReplica } from "./sockets/refusing-replica.ts";
import { rollingRestart } from "./sockets/rolling-restart.ts";

/** All that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [
  fastFailingReplica,
  refusingReplica,
  blackHoledReplica,
  deadlineChain,
  rollingRestart,
  killedReplica,
  controlPlaneDown,
  dnsDown,
];
