import type { Cancel, Clock } from "../core/clock.ts";
import type { Log } from "../core/log.ts";
import { QUIET_MS } from "./reconnect-delay.ts";

/** Says once that the registry is out of reach, when it has been for a while. */
export interface OutageWarning {
  readonly lost: (reason: string) => void;
  readonly back: () => void;
}

export function createOutageWarning(clock: Pick<Clock, "after">, log: Log): OutageWarning {
  let cancel: Cancel | undefined;
  return {
    lost(reason) {
      cancel ??= clock.after(QUIET_MS, () =>
        log.warn("the registry is out of reach; the last known instances stay", { reason }),
      );
    },
    back() {
      cancel?.();
      cancel = undefined;
    },
  };
}
