export { seededRandom } from "./testing/seeded-random.ts";
export { createVirtualClock, type VirtualClock } from "./testing/virtual-clock.ts";
