import { checkDurationMs, checkInteger, withDefaults } from "../../core/options.ts";

export interface RegistryOptions {
  /** Instances it holds; one more is refused with LIMIT_REACHED. 10 000 take about 10 MB. */
  readonly instancesMax: number;
  /** Length of a lease when the instance does not say, in ms. */
  readonly leaseMs: number;
  /** Shortest and longest lease that is granted, in ms. */
  readonly leaseMsMin: number;
  readonly leaseMsMax: number;
  /** Pause between looks for expired leases, in ms. */
  readonly tickMs: number;
  /** A look that comes this much too late, in ms, means that the control plane itself was stalled or asleep. */
  readonly lateMsMax: number;
  /** How long it is remembered that an instance left, in ms, and of how many. */
  readonly leftMs: number;
  readonly leftMax: number;
  /** Services whose names are remembered after their last instance has gone. */
  readonly servicesMax: number;
}

/** The lease and its renewal (3 s) are Shoal's promise to clients in any language: see docs/wire.md. */
export const REGISTRY_DEFAULTS: RegistryOptions = Object.freeze({
  instancesMax: 10_000,
  leaseMs: 10_000,
  leaseMsMin: 1_000,
  leaseMsMax: 300_000,
  tickMs: 500,
  lateMsMax: 2_000,
  leftMs: 600_000,
  leftMax: 1_000,
  servicesMax: 2_000,
});

/** Fills in the defaults. Throws OPTION_INVALID. */
export function resolveRegistryOptions(given?: Partial<RegistryOptions>): RegistryOptions {
  const options = withDefaults(REGISTRY_DEFAULTS, given);
  checkInteger("instancesMax", options.instancesMax, 1);
  checkDurationMs("leaseMsMin", options.leaseMsMin, 1);
  checkDurationMs("leaseMs", options.leaseMs, options.leaseMsMin);
  checkDurationMs("leaseMsMax", options.leaseMsMax, options.leaseMs);
  checkDurationMs("tickMs", options.tickMs, 1);
  checkDurationMs("lateMsMax", options.lateMsMax);
  checkDurationMs("leftMs", options.leftMs);
  checkInteger("leftMax", options.leftMax, 0);
  checkInteger("servicesMax", options.servicesMax, 1);
  return Object.freeze(options);
}
