/** The service that a person wants to inject a fault into. */
let service: string | undefined;
const watchers = new Set<() => void>();

/** Opens the form; see FaultDialog. Undefined: closes it. */
export function requestFault(next: string | undefined): void {
  service = next;
  for (const watcher of watchers) watcher();
}

export function faultRequested(): string | undefined {
  return service;
}

export function watchFaultRequest(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
