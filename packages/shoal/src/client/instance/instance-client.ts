import type { Instance } from "../../discovery/instance.ts";
import type { EdgeEvent } from "../../telemetry/resilience.ts";
import type { Connection, Transport } from "../../transport/port.ts";
import { createLoad } from "../balance/load.ts";
import type { InstanceClient, Peers } from "../balance/peers.ts";
import type { ServiceSettings } from "../policy.ts";
import { type Runtime, recorderOf } from "../runtime.ts";
import { instanceStack } from "../stack.ts";
import { createTurnstile } from "./concurrency.ts";
import { createEjection, type EjectionChange } from "./ejection.ts";
import { createFailFast } from "./fail-fast.ts";

interface Parts extends Pick<Runtime, "ports" | "transport" | "log" | "recorder"> {
  readonly note: (event: EdgeEvent) => void;
}

/** Makes the client of one instance: its state, and the stack that goes by it. Connects when first used. */
export function openInstance(
  instance: Instance,
  peers: Pick<Peers, "instances">,
  settings: ServiceSettings,
  runtime: Parts,
): InstanceClient {
  const { ports, transport, log, note } = runtime;
  const { clock, random } = ports;
  const load = createLoad();
  const ejection = createEjection(settings, random, clock.now());
  const failFast = createFailFast(random);
  const turnstile = createTurnstile(settings.connectionsMax, settings.waitersMax);
  const connection = lazyConnection(transport, instance.address);
  // At most half of them: with more out the others would fall under their load. One alone is never out.
  const mayEject = () => {
    const all = peers.instances();
    const out = all.filter((peer) => peer.ejection.status(clock.now()) !== "in").length;
    return out + 1 <= Math.floor(all.length / 2);
  };
  const onChange = (change: EjectionChange) => {
    if (change === "ejected") log.warn(`${instance.id} fails too often: it gets no more requests for a while`);
    if (change === "readmitted") log.info(`${instance.id} answers again: it gets requests as before`);
  };
  return {
    id: instance.id,
    instance,
    load,
    ejection,
    failFast,
    attempt: instanceStack(
      {
        id: instance.id,
        load,
        ejection,
        failFast,
        mayEject,
        onChange,
        turnstile,
        connection,
        note,
        recorder: recorderOf(runtime),
      },
      ports,
    ),
    close: () => void connection.close(),
  };
}

/** A process knows many more instances than it ever calls. */
function lazyConnection(transport: Transport, address: string): Connection {
  let connection: Connection | undefined;
  return {
    send(request, context) {
      connection ??= transport.connect(address);
      return connection.send(request, context);
    },
    close: () => connection?.close() ?? Promise.resolve(),
  };
}
