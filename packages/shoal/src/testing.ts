export { seededRandom } from "./testing/seeded-random.ts";
export {
  constant,
  type Distribution,
  exponential,
  lognormal,
  mixture,
  uniform,
} from "./testing/simulator/distribution.ts";
export type { Disturbance } from "./testing/simulator/host.ts";
export type { LoadOptions } from "./testing/simulator/load.ts";
export type { Between, LinkConditions, Network } from "./testing/simulator/network.ts";
export { createProcessor, type Processor } from "./testing/simulator/processor.ts";
export { simulate } from "./testing/simulator/simulate.ts";
export type { FaultOptions } from "./testing/simulator/simulated-fault.ts";
export type { SimulatedInstance } from "./testing/simulator/simulated-instance.ts";
export type { Distortion, RegistryControls } from "./testing/simulator/simulated-registry.ts";
export type { Span, Tally } from "./testing/simulator/tally.ts";
export type { Timeline, TimelineEvent } from "./testing/simulator/timeline.ts";
export { worker } from "./testing/simulator/worker.ts";
export {
  createWorld,
  type JoinOptions,
  type Serving,
  type StartOptions,
  type World,
  type WorldOptions,
} from "./testing/simulator/world.ts";
export { createVirtualClock, type VirtualClock } from "./testing/virtual-clock.ts";
