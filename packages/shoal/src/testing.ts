export { createFakeRegistry, type FakeRegistry, type FakeRegistryOptions } from "./testing/fake-registry.ts";
export { createFakeRuntime, type FakeRuntime, type FakeRuntimeOptions } from "./testing/fake-runtime.ts";
export { createRecordingLog, type LoggedLine, type RecordingLog } from "./testing/recording-log.ts";
export { seededRandom } from "./testing/seeded-random.ts";
export { createVirtualClock, type VirtualClock } from "./testing/virtual-clock.ts";
