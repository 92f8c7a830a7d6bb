import type { Server } from "node:http";
import { type Runtime, recorderOf } from "../../client/runtime.ts";
import { sleep } from "../../core/clock.ts";
import { SILENT_LOG } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import type { Identity } from "../../discovery/identity.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { Lease } from "../../discovery/port.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { NO_METER } from "../../telemetry/meter.ts";
import { createLifecycle } from "../lifecycle.ts";
import { type DrainOptions, drain } from "./drain.ts";
import { createInFlight } from "./in-flight.ts";
import type { Report } from "./report.ts";
import { isSurrounded, surround } from "./surround.ts";
import type { Surroundings } from "./surroundings.ts";

export interface CitizenParts {
  readonly ports: Ports;
  readonly identity: Identity;
  /** Loads what is needed beyond surrounding a server: registry and telemetry. */
  readonly runtime: () => Promise<Runtime>;
  readonly tell: (message: SupervisorMessage) => void;
  /** Sends what is still to be sent before the process may end. Never rejects. */
  readonly flush: () => Promise<void>;
  readonly report: Report;
  readonly drain: DrainOptions;
}

/** An app whose http.Servers were not made by `serve()`, as a member of the fleet. */
export interface Citizen {
  /** Surrounds a server. False when it has its surroundings from elsewhere. */
  readonly adopt: (server: Server) => boolean;
  /** Enters the registry under an address, in place of an earlier one. Never rejects. */
  readonly join: (address: string) => Promise<void>;
  /** See `drain`. Once: later calls wait for the first. Never rejects. */
  readonly leave: (appEnds: boolean) => Promise<void>;
}

/** How long the registry may take to answer before the instance counts as ready without it, in ms. */
const REGISTER_MS = 1_000;

export function createCitizen(parts: CitizenParts): Citizen {
  const { ports, identity, tell, report } = parts;
  const servers = new Set<Server>();
  let runtime: Runtime | undefined;
  let lease: Lease | undefined;
  let leaving: Promise<void> | undefined;
  const around: Surroundings = {
    ports,
    identity,
    report,
    meter: () => runtime?.meter ?? NO_METER,
    log: () => runtime?.log ?? SILENT_LOG,
    recorder: () => runtime && recorderOf(runtime),
    lifecycle: createLifecycle(),
    inFlight: createInFlight(ports.clock),
  };

  const enter = async (address: string) => {
    runtime ??= await parts.runtime();
    tell({ kind: "listening", address });
    if (identity.service !== "") {
      await lease?.leave();
      if (leaving !== undefined) return;
      lease = runtime.registry.register(instanceOf(identity, address));
      await registered(lease, ports);
    }
    around.lifecycle.advance("ready");
    tell({ kind: "ready" });
  };
  const end = async (appEnds: boolean) => {
    const { lifecycle, inFlight } = around;
    const leave = async () => lease?.leave();
    await drain({ clock: ports.clock, lifecycle, inFlight, leave, servers: () => servers }, parts.drain, appEnds);
    await parts.flush();
  };

  return {
    adopt(server) {
      if (isSurrounded(server)) return false;
      surround(server, around);
      servers.add(server);
      server.once("close", () => servers.delete(server));
      return true;
    },
    join: (address) => enter(address).catch((cause: unknown) => report("the app could not be registered", cause)),
    leave(appEnds) {
      leaving ??= end(appEnds).catch((cause: unknown) => report("the app could not be drained", cause));
      return leaving;
    },
  };
}

function instanceOf({ service, instance, realm, zone, release }: Identity, address: string): Instance {
  return { id: instance, service, address, realm, zone, release, contract: "" };
}

/** Callers find it once the registry has it; but a registry that is down is no reason not to serve. */
async function registered(lease: Lease, { clock }: Ports): Promise<void> {
  if (!lease.registered) return;
  const waiting = new AbortController();
  await Promise.race([lease.registered, sleep(clock, REGISTER_MS, waiting.signal).catch(() => {})]);
  waiting.abort();
}
