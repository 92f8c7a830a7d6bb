import type { SocketScenario } from "./scenario.ts";
import { fastFailingReplica } from "./sockets/fast-failing-replica.ts";

/** All that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [fastFailingReplica];
