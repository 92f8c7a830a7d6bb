import { patchUndici, type UndiciPatch } from "./patch-undici.ts";

/**
 * Makes the global fetch find services. Node's fetch loads its copy of undici on first use: this waits for that first
 * use, so that an app that never fetches loads nothing. Everything else about fetch stays Node's.
 */
export function patchFetch(patch: UndiciPatch, report: (what: string, cause: unknown) => void): void {
  const original = globalThis.fetch;
  const fetch: typeof globalThis.fetch = (input, init) => {
    try {
      // Reading a class of the same copy of undici loads it, and with it its global dispatcher.
      if (globalThis.Response) patchUndici(patch);
    } catch (cause) {
      report("fetch could not be taught to find services", cause);
    }
    return original(input, init);
  };
  globalThis.fetch = fetch;
}
