import type { SocketScenario } from "./scenario.ts";
import { blackHoledReplica } from "./sockets/black-holed-replica.ts";
import { dnsDown } from "./sockets/dns-down.ts";
import { fastFailingReplica } from "./sockets/fast-failing-replica.ts";
import { refusingReplica } from "./sockets/refusing-replica.ts";

/** All that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [
  fastFailingReplica,
  refusingReplica,
  blackHoledReplica,
  dnsDown,
];
