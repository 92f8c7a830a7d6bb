import type { Fault } from "./fault.ts";
import type { Snapshot } from "./instance.ts";

/** The faults a process was told of, each with an end of its own: the silence of the registry makes none last longer. */
export interface FaultMemory {
  /** What a snapshot says of the services it is about replaces what was known of them. */
  readonly observe: (snapshot: Snapshot, nowMs: number) => void;
  /** True when there are none of any service, as is usual. */
  readonly isEmpty: () => boolean;
  /** Those of a service that last; undefined when there are none. */
  readonly of: (service: string, nowMs: number) => readonly Fault[] | undefined;
}

interface KnownFault {
  readonly fault: Fault;
  /** On `clock.now()`'s scale. */
  readonly untilMs: number;
}

/** Never on disk: who starts again waits for the registry's word. */
export function createFaultMemory(): FaultMemory {
  const byService = new Map<string, readonly KnownFault[]>();

  const keep = (service: string, known: readonly KnownFault[]) => {
    if (known.length > 0) byService.set(service, known);
    else byService.delete(service);
  };
  return {
    observe({ faults = [], watched }, nowMs) {
      if (faults.length === 0 && byService.size === 0) return;
      const told = new Set(watched ?? [...byService.keys(), ...faults.map(({ service }) => service)]);
      for (const service of told) {
        const before = byService.get(service);
        const own = faults.filter((fault) => fault.service === service);
        keep(
          service,
          own.map((fault) => ({ fault, untilMs: endOf(fault, before, nowMs) })),
        );
      }
    },
    isEmpty: () => byService.size === 0,
    of(service, nowMs) {
      const known = byService.get(service);
      if (known === undefined) return undefined;
      const lasting = known.filter(({ untilMs }) => untilMs > nowMs);
      if (lasting.length < known.length) keep(service, lasting);
      return lasting.length === 0 ? undefined : lasting.map(({ fault }) => fault);
    },
  };
}

/** A snapshot that took its time must not stretch a fault that is known already. */
function endOf({ id, remainingMs }: Fault, before: readonly KnownFault[] | undefined, nowMs: number): number {
  const known = before?.find(({ fault }) => fault.id === id);
  return Math.min(nowMs + remainingMs, known?.untilMs ?? Number.POSITIVE_INFINITY);
}
