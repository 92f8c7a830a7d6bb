import { useEffect, useRef, useSyncExternalStore } from "react";
import { type LiveState, type LiveTopic, liveHub, type Subscription } from "./live-hub.ts";

/**
 * Hears live events while mounted; `on` may change with every render.
 * @param filters Changing them begins anew: the lists' first events come again.
 */
export function useLive(
  topics: readonly LiveTopic[],
  filters: Readonly<Record<string, unknown>>,
  on: Subscription["on"],
): void {
  const latest = useRef(on);
  latest.current = on;
  const key = JSON.stringify([topics, filters]);
  useEffect(() => {
    const [wanted, by] = JSON.parse(key) as [LiveTopic[], Record<string, unknown>];
    if (wanted.length === 0) return;
    return liveHub.subscribe({
      topics: wanted,
      filters: by,
      on: {
        fleet: (event) => latest.current.fleet?.(event),
        services: (event) => latest.current.services?.(event),
        instances: (event) => latest.current.instances?.(event),
        map: (event) => latest.current.map?.(event),
        traces: (event) => latest.current.traces?.(event),
        logs: (event) => latest.current.logs?.(event),
        exchanges: (event) => latest.current.exchanges?.(event),
      },
    });
  }, [key]);
}

/** Whether the page hears from the control plane. */
export function useLiveState(): LiveState {
  return useSyncExternalStore(liveHub.watchState, liveHub.state);
}
