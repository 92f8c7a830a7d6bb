import type { EjectedInstance, EjectionReason } from "../../telemetry/resilience.ts";
import type { Ejection } from "./ejection.ts";
import type { FailFast } from "./fail-fast.ts";

interface Judged {
  readonly ejection: Ejection;
  readonly failFast: FailFast;
}

/** Why an instance gets no requests but probes; undefined while it gets them. */
export function ejectionReason({ ejection, failFast }: Judged): EjectionReason | undefined {
  return ejection.cause()?.reason ?? (failFast.retryAtMs() === undefined ? undefined : "connection_refused");
}

/** An instance that is out, for reports; undefined while it is not. */
export function ejectedInstance(
  { id, ejection, failFast }: Judged & { readonly id: string },
  nowMs: number,
): EjectedInstance | undefined {
  const reason = ejectionReason({ ejection, failFast });
  if (reason === undefined) return undefined;
  const sinceMs = ejection.cause()?.sinceMs ?? failFast.sinceMs() ?? nowMs;
  // one that is both failing and refusing is tried when both pauses are over
  const nextMs = Math.max(ejection.probeAtMs() ?? nowMs, failFast.retryAtMs() ?? nowMs);
  return { instance: id, reason, forMs: nowMs - sinceMs, probeInMs: Math.max(0, nextMs - nowMs) };
}
