import { createLatencyWindow, type LatencyWindow } from "./latency-window.ts";

/** More operations than this share one window. */
export const OPERATIONS_MAX = 200;

/** The latencies of a service's operations: a report takes longer than a lookup, and is not late for that. */
export interface OperationLatencies {
  /** The window of an operation; from the 201st on they share one. */
  readonly of: (operation: string, nowMs: number) => LatencyWindow;
}

export function createOperationLatencies(): OperationLatencies {
  const windows = new Map<string, LatencyWindow>();
  return {
    of(operation, nowMs) {
      const known = windows.get(operation);
      if (known) return known;
      const key = windows.size < OPERATIONS_MAX ? operation : "";
      const window = windows.get(key) ?? createLatencyWindow(nowMs);
      windows.set(key, window);
      return window;
    },
  };
}
