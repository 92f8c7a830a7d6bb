import type { Cancel, Clock } from "../../core/clock.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import type { ServiceDefinition } from "./definition.ts";
import { createExitReason } from "./exit-reason.ts";
import { httpProbe, type Illness, tcpProbe, watchHealth } from "./health-check.ts";
import { type ProcessSpec, type RunningProcess, spawnProcess, unspawnableReason } from "./spawn-process.ts";

/** What a process does that matters for the life of its instance. */
type ProcessSign =
  | { readonly kind: "ready" }
  | { readonly kind: "healthy" }
  | ({ readonly kind: "unhealthy" } & Illness)
  | { readonly kind: "complained"; readonly reason: string }
  | { readonly kind: "unspawnable"; readonly reason: string }
  | { readonly kind: "exited"; readonly reason: string };

export interface InstanceProcessEvents {
  readonly onSign: (sign: ProcessSign) => void;
  readonly onLine: (stream: "stdout" | "stderr", text: string) => void;
  /** It has ended; its "exited" follows when its last lines have been read. */
  readonly onEnd: () => void;
  /** Source files that it loaded, or named when it crashed. */
  readonly onFiles: (files: readonly string[]) => void;
}

export interface InstanceProcess extends RunningProcess {
  /** Where it answers: as it said itself, or its port; null for one that listens to nothing. */
  readonly address: () => string | null;
}

export interface InstanceProcessOptions {
  readonly clock: Clock;
  readonly definition: ServiceDefinition;
  readonly port: number;
  readonly spec: ProcessSpec;
}

/** Runs for this long without listening to anything: then it is taken for started, in ms. */
const ALIVE_MS = 500;

/** Starts one process of an instance and tells what becomes of it. A node() process says itself when it is ready. */
export function startInstanceProcess(options: InstanceProcessOptions, events: InstanceProcessEvents): InstanceProcess {
  const { clock, definition, port } = options;
  const exitReason = createExitReason();
  let address: string | null = definition.options.listens === false ? null : `http://127.0.0.1:${port}`;
  let ended = false;
  let endChecks: Cancel = () => {};

  const sign = (made: ProcessSign) => {
    if (!ended || made.kind === "exited" || made.kind === "unspawnable") events.onSign(made);
  };
  const hear = (message: SupervisorMessage) => {
    switch (message.kind) {
      case "listening":
        address = new URL(message.address).origin;
        return;
      case "ready":
        return sign({ kind: "ready" });
      case "modules":
        return events.onFiles(message.files);
      case "failed":
      case "crashing":
        return sign({ kind: "complained", reason: message.message });
      case "blocked":
      case "unblocked":
        return; // only groups watch their loop
      default:
        return message satisfies never;
    }
  };

  const child = spawnProcess(
    options.spec,
    {
      onLine(stream, text) {
        if (stream === "stderr") exitReason.onLine(text);
        events.onLine(stream, text);
      },
      onMessage: hear,
      onEnd() {
        ended = true;
        endChecks();
        events.onEnd();
      },
      onExit(code, signal) {
        events.onFiles(exitReason.files());
        sign({ kind: "exited", reason: exitReason.of(code, signal) });
      },
      onError(error) {
        ended = true;
        endChecks();
        sign({ kind: "unspawnable", reason: unspawnableReason(options.spec, error) });
      },
    },
    clock,
  );
  if (child.pid !== undefined) endChecks = startChecks(options, sign);
  return { ...child, address: () => address };
}

function startChecks({ clock, definition, port }: InstanceProcessOptions, sign: (made: ProcessSign) => void): Cancel {
  if (definition.options.listens === false) return clock.after(ALIVE_MS, () => sign({ kind: "ready" }));
  if (definition.kind === "node") return () => {};
  const { health } = definition.options;
  const probe = health === undefined ? tcpProbe(port) : httpProbe(port, health);
  return watchHealth(clock, probe, {
    onReady: () => sign({ kind: "ready" }),
    onHealthy: () => sign({ kind: "healthy" }),
    onUnhealthy: (illness) => sign({ kind: "unhealthy", ...illness }),
  }).close;
}
