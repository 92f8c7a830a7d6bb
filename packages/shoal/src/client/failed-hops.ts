import { ERRORS, type ShoalError } from "../core/errors.ts";

/** A call that failed on the way of a request: whom it asked for what, and how that ended. */
export interface FailedHop {
  readonly service: string;
  readonly operation: string;
  /** The last instance that was tried; absent when none was. */
  readonly instance?: string;
  /** A code of the error table: what a contract declares is between the two that share it. */
  readonly code: string;
}

/** A chain of more services than this is told in part. */
const HOPS_MAX = 8;
const TEXT_CHARS_MAX = 128;

/** Errors that this process's own calls failed with; what a callee wrote into its details is no proof of anything. */
const hopsOf = new WeakMap<ShoalError, readonly FailedHop[]>();

/**
 * Remembers where a call failed, and what its callee says of where its own calls failed.
 * @param told `details.hops` of the callee's error, as it came over the wire.
 */
export function rememberHops(error: ShoalError, hop: FailedHop, told: unknown): readonly FailedHop[] {
  const hops = [{ ...hop, code: publicCode(hop.code) }, ...hopsIn(told)].slice(0, HOPS_MAX);
  hopsOf.set(error, hops);
  return hops;
}

/** Where the call that failed with this error failed, hop by hop, the deepest last; empty for any other error. */
export function failedHops(error: ShoalError): readonly FailedHop[] {
  return hopsOf.get(error) ?? [];
}

/** "rates.getRate at rates-1 [CONNECTION_LOST]", the deepest last. */
export function hopsText(hops: readonly FailedHop[]): string {
  return hops
    .map(({ service, operation, instance, code }) => {
      const at = instance === undefined ? "" : ` at ${instance}`;
      return `${service}.${operation}${at} [${code}]`;
    })
    .join(" > ");
}

/** What is well formed of a list that anybody may have written. */
function hopsIn(told: unknown): readonly FailedHop[] {
  if (!Array.isArray(told)) return [];
  return told.slice(0, HOPS_MAX).flatMap((each: unknown) => {
    const { service, operation, instance, code } = (each ?? {}) as Readonly<Record<string, unknown>>;
    if (!isText(service) || !isText(operation) || !isText(code)) return [];
    return [{ service, operation, code: publicCode(code), ...(isText(instance) && { instance }) }];
  });
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= TEXT_CHARS_MAX;
}

function publicCode(code: string): string {
  return Object.hasOwn(ERRORS, code) ? code : "UPSTREAM_FAILED";
}
