import type { Log } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import type { Identity } from "../../discovery/identity.ts";
import type { Meter } from "../../telemetry/meter.ts";
import type { Recorder } from "../../telemetry/recorder.ts";
import type { Lifecycle } from "../lifecycle.ts";
import type { InFlight } from "./in-flight.ts";

/** What a server that was not made by `serve()` is surrounded with; shared by the servers of a process. */
export interface Surroundings {
  readonly ports: Ports;
  readonly identity: Identity;
  /** These three are asked for each time: telemetry is loaded after the first server listens. */
  readonly meter: () => Meter;
  readonly log: () => Log;
  /** The same; undefined while or where nothing is recorded. Default: nothing is. */
  readonly recorder?: () => Recorder | undefined;
  readonly lifecycle: Lifecycle;
  readonly inFlight: InFlight;
  /** Says that something of ours went wrong; the app goes on. */
  readonly report: (what: string, cause: unknown) => void;
}
