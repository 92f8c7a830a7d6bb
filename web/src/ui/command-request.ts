import type { ServiceCommand } from "./command-progress.ts";

/** A command that waits for a person's yes. */
export interface CommandRequest {
  readonly service: string;
  readonly command: ServiceCommand;
}

let request: CommandRequest | undefined;
const watchers = new Set<() => void>();

/** Asks the person first; see CommandDialog. Undefined: no longer. */
export function requestCommand(next: CommandRequest | undefined): void {
  request = next;
  for (const watcher of watchers) watcher();
}

export function requestedCommand(): CommandRequest | undefined {
  return request;
}

export function watchRequest(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
