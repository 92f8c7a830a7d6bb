import { processRuntime } from "../../client/process-runtime.ts";
import { watchOutside } from "../../client/watch-outside.ts";

/**
 * Begins to record this process's calls to the world outside.
 * @param channel The diagnostics channel on which the first call is just being told of.
 * @param told What is told of it.
 */
export function recordOutside(channel: string | symbol, told: unknown): void {
  watchOutside(processRuntime())?.(String(channel), told);
}
