import type { SocketScenario } from "./scenario.ts";

/** All that run between real processes, by number. */
export const SOCKET_SCENARIOS: readonly SocketScenario[] = [];
