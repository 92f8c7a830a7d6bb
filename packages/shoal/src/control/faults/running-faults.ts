import type { Cancel } from "../../core/clock.ts";
import { shoalError } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import { randomHex } from "../../core/trace-context.ts";
import { FAULTS_MAX, type Fault } from "../../discovery/fault.ts";
import type { SnapshotFilter } from "../registry/registry.ts";
import { createFaultBook, type FaultWish, type KeptFault, toldFault } from "./fault-book.ts";
import { type FaultSetting, faultRefusal, mayInject } from "./fault-permit.ts";

export interface RunningFaultsParts {
  readonly ports: Ports;
  readonly log: Log;
  /** The control plane's own. */
  readonly realm: string;
  readonly setting: FaultSetting;
}

/** The faults of a fleet, each until its end. They end with the control plane too: none outlives a restart. */
export interface RunningFaults {
  /** Throws FAULT_REFUSED where faults are not allowed, or when FAULTS_MAX last already. */
  readonly add: (wish: FaultWish, forMs: number, by: string) => KeptFault;
  /** Ends one; undefined when it does not last. */
  readonly remove: (id: string, by: string) => KeptFault | undefined;
  readonly list: () => readonly KeptFault[];
  /** What a watcher of the registry is to be told. */
  readonly toldTo: (filter: SnapshotFilter) => readonly Fault[];
  /** Why none may be added here, for people; undefined when they may. */
  readonly refusal: () => string | undefined;
  /** Calls `listener` with the service after each change, until cancelled. */
  readonly onChanged: (listener: (service: string) => void) => Cancel;
  readonly close: () => void;
}

export function runFaults({ ports, log, realm, setting }: RunningFaultsParts): RunningFaults {
  const { clock, random } = ports;
  const book = createFaultBook();
  const listeners = new Set<(service: string) => void>();
  const refusal = faultRefusal(setting, realm);
  let cancelEnd: Cancel | undefined;

  const changed = ({ service }: KeptFault) => {
    for (const listener of listeners) listener(service);
    schedule();
  };
  const schedule = () => {
    cancelEnd?.();
    const endMs = book.nextEndMs();
    cancelEnd = endMs === undefined ? undefined : clock.after(endMs - clock.now(), expire);
  };
  const expire = () => {
    for (const fault of book.expire(clock.now())) {
      log.info("a fault has ended by itself", aboutOf(fault));
      changed(fault);
    }
    schedule();
  };
  return {
    add(wish, forMs, by) {
      if (refusal) throw refusal;
      const nowMs = clock.now();
      const sinceMs = clock.wallMs();
      const id = randomHex(random, 1);
      const fault = { ...wish, id, by, sinceMs, untilMs: sinceMs + forMs, endMs: nowMs + forMs };
      if (!book.add(fault, nowMs)) throw tooMany();
      log.warn("a fault is injected", { ...aboutOf(fault), by, forMs });
      changed(fault);
      return fault;
    },
    remove(id, by) {
      const fault = book.remove(id);
      if (!fault || fault.endMs <= clock.now()) return undefined;
      log.info("a fault was ended", { ...aboutOf(fault), by });
      changed(fault);
      return fault;
    },
    list: () => book.lasting(clock.now()),
    toldTo({ services, realm: asking }) {
      if (asking !== undefined && !mayInject(setting, asking)) return [];
      const nowMs = clock.now();
      const own = book.lasting(nowMs).filter(({ service }) => services?.has(service) ?? true);
      return own.map((fault) => toldFault(fault, nowMs));
    },
    refusal: () => refusal?.message.replace(/^\[[^\]]*\] /, ""),
    onChanged(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: () => cancelEnd?.(),
  };
}

/** For the log. */
function aboutOf({ id, service, operation, instance, caller, latencyMs, errorRatio, status, dropRatio }: KeptFault) {
  return { fault: id, service, operation, instance, caller, latencyMs, errorRatio, status, dropRatio };
}

function tooMany() {
  return shoalError("FAULT_REFUSED", {
    message: `${FAULTS_MAX} faults last already`,
    status: 409,
    hint: "End some of them: `shoal fault rm ID`, or `shoal fault rm --all`.",
  });
}
