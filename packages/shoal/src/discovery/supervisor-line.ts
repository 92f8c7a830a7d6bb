import { writeSync } from "node:fs";

/**
 * What a process started by the supervisor tells it, one JSON object a line, on the file descriptor that
 * SHOAL_SUPERVISOR_FD names. A pipe of our own: `process.send` would change how some apps behave. In a process of
 * several services each says who it is.
 */
export type SupervisorMessage =
  | { readonly kind: "listening"; readonly address: string; readonly service?: string | undefined }
  | { readonly kind: "ready"; readonly service?: string | undefined }
  | { readonly kind: "modules"; readonly files: readonly string[] }
  | { readonly kind: "failed"; readonly message: string; readonly service?: string | undefined }
  /** It is about to end, by an error that nobody caught. */
  | { readonly kind: "crashing"; readonly message: string; readonly service?: string | undefined }
  /** Its event loop stands still, and where; and that it runs on. */
  | { readonly kind: "blocked"; readonly message: string; readonly service?: string | undefined }
  | { readonly kind: "unblocked"; readonly message: string };

/** Tells the supervisor, if there is one. A supervisor that has gone is no reason to fail. */
export function tellSupervisor(message: SupervisorMessage, env: NodeJS.ProcessEnv = process.env): void {
  const descriptor = Number(env["SHOAL_SUPERVISOR_FD"]);
  if (!Number.isInteger(descriptor) || descriptor < 3) return;
  // A child of the instance inherits its environment, but not its pipe: there the descriptor may be anything.
  const owner = env["SHOAL_OWNER_PID"];
  if (owner !== undefined && owner !== String(process.pid)) return;
  try {
    writeSync(descriptor, `${JSON.stringify(message)}\n`);
  } catch {
    // EPIPE or EAGAIN: the supervisor is gone or stuck, and ends this process by its own means
  }
}
