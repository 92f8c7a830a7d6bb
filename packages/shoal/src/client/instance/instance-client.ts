import type { Log } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import type { Fault } from "../../discovery/fault.ts";
import type { Instance } from "../../discovery/instance.ts";
import type { EdgeEvent, EjectionReason } from "../../telemetry/resilience.ts";
import type { Connection, Transport } from "../../transport/port.ts";
import { createLoad } from "../balance/load.ts";
import type { DirectInstance, InstanceClient, Neighbours } from "../balance/peers.ts";
import type { ServiceSettings } from "../policy.ts";
import { type Runtime, recorderOf } from "../runtime.ts";
import { begunInstanceStack, type InstanceStackParts, instanceStack } from "../stack.ts";
import { createTurnstile } from "./concurrency.ts";
import { createEjection } from "./ejection.ts";
import { createFailFast } from "./fail-fast.ts";
import { settler } from "./health.ts";
import type { OwnStalls } from "./own-stalls.ts";

interface Parts extends Pick<Runtime, "ports" | "transport" | "log" | "recorder"> {
  readonly note: (event: EdgeEvent) => void;
  readonly stalls: OwnStalls;
  /** Faults of the service that last now. */
  readonly faults: () => readonly Fault[] | undefined;
}

/** Makes the client of one instance: its state, and the stack that goes by it. Connects when first used. */
export function openInstance(
  instance: Instance,
  neighbours: Neighbours,
  settings: ServiceSettings,
  runtime: Parts,
): InstanceClient {
  const { ports, transport, log, note, stalls, faults } = runtime;
  const { clock, random } = ports;
  const load = createLoad();
  const ejection = createEjection(settings, random, clock.now());
  const failFast = createFailFast(random);
  const { connectionsMax } = settings;
  const connection = lazyConnection(transport, instance.address, connectionsMax);
  const turnstile = createTurnstile(
    () => inFlightMax(connection, connectionsMax),
    () => waitersMax(connection, settings),
  );
  // At most half of them: with more out the others would fall under their load. One alone is never out.
  const mayEject = () => {
    const all = neighbours.instances();
    const out = all.filter((peer) => peer.ejection.status(clock.now()) !== "in").length;
    return out + 1 <= Math.floor(all.length / 2);
  };
  const onChange = (reason: EjectionReason | undefined, before: EjectionReason | undefined) => {
    tell(log, instance.id, reason, before);
    if (before === undefined) note("ejected");
    if (reason !== undefined) return;
    note("readmitted");
    neighbours.readmitted(client);
  };
  const parts: InstanceStackParts = {
    id: instance.id,
    load,
    ejection,
    failFast,
    stalls,
    mayEject,
    onMoved: neighbours.changed,
    onChange,
    turnstile,
    connection,
    faults,
    note,
    recorder: recorderOf(runtime),
  };
  const client: InstanceClient = {
    id: instance.id,
    zone: instance.zone,
    instance,
    load,
    ejection,
    failFast,
    attempt: instanceStack(parts, ports),
    direct: directInstance(parts, ports),
    waiting: turnstile.waiting,
    isFull: turnstile.isFull,
    close: () => void connection.close(),
  };
  return client;
}

function directInstance(parts: InstanceStackParts, ports: Ports): DirectInstance {
  const { load, turnstile, connection, faults } = parts;
  const learn = settler(parts);
  return {
    service: () => (faults() === undefined && turnstile.waiting() === 0 ? connection.direct?.() : undefined),
    answeredAtOnce(rttMs, nowMs) {
      load.begin(nowMs);
      learn({ turn: "usual", rttMs, nowMs, verdict: "good", waitMs: 0, superseded: false });
    },
    begun: begunInstanceStack(parts, ports),
  };
}

const WHY: Readonly<Record<EjectionReason, string>> = {
  consecutive_failures: "every one of its last answers was a failure",
  failure_ratio: "too many of its answers of late were failures",
  connection_refused: "it accepts no connection",
};

/** A refused connection is no news to who starts and stops instances all day; an instance that answers wrongly is. */
function tell(log: Log, id: string, reason: EjectionReason | undefined, before: EjectionReason | undefined): void {
  const isFailing = reason !== undefined && reason !== "connection_refused";
  const wasFailing = before !== undefined && before !== "connection_refused";
  if (isFailing && !wasFailing) {
    log.warn(`${id} fails too often: it gets no more requests for a while`, { reason, why: WHY[reason] });
  } else if (wasFailing && !isFailing) log.info(`${id} answers again: it gets requests as before`);
  else if (reason !== undefined) log.debug(`${id} gets no requests for a while: ${WHY[reason]}`);
}

/** For each call that may be in flight where every one has a socket, so many may be on a connection that carries many. */
const CALLS_PER_SOCKET = 32;

/** No more than the other side takes, where it says so. */
function inFlightMax(connection: Connection, connectionsMax: number): number {
  const callsMax = connection.callsMax?.();
  return callsMax === undefined ? connectionsMax : Math.min(callsMax, connectionsMax * CALLS_PER_SOCKET);
}

/**
 * A process that has just begun to call an instance has few places there until its connection carries many. A crowd at
 * that moment, such as a `Promise.all` that is the first it does, waits for them: it would not be refused a moment later.
 */
function waitersMax(connection: Connection, { waitersMax, connectionsMax }: ServiceSettings): number {
  return connection.isOpening?.() ? Math.max(waitersMax, connectionsMax * CALLS_PER_SOCKET) : waitersMax;
}

/**
 * A process knows many more instances than it ever calls. As many sockets as requests may be in flight: a pool that may
 * open more does so for each request that comes while the socket of the one before is being freed.
 */
function lazyConnection(transport: Transport, address: string, connectionsMax: number): Connection {
  let connection: Connection | undefined;
  return {
    send(request, context) {
      connection ??= transport.connect(address, connectionsMax);
      return connection.send(request, context);
    },
    callsMax: () => connection?.callsMax?.(),
    isOpening: () => connection?.isOpening?.() ?? false,
    direct: () => connection?.direct?.(),
    close: () => connection?.close() ?? Promise.resolve(),
  };
}
