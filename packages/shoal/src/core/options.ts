import { shoalError } from "./errors.ts";

/** Throws OPTION_INVALID naming the option and the value it got, unless `ok`. */
export function checkOption(ok: boolean, option: string, rule: string, got: unknown): void {
  if (ok) return;
  throw shoalError("OPTION_INVALID", { message: `${option} must be ${rule}, got ${String(got)}`, details: { option } });
}

/** Fills in the defaults, keeping a default where the given value is undefined. Returns a new object. */
export function withDefaults<Options extends object>(defaults: Options, given: Partial<Options> | undefined): Options {
  const options = { ...defaults };
  for (const key in given) {
    if (!Object.hasOwn(defaults, key)) {
      const known = Object.keys(defaults).join(", ");
      throw shoalError("OPTION_INVALID", {
        message: `${key} is no option here; known: ${known}`,
        details: { option: key },
      });
    }
    const value = given[key];
    if (value !== undefined) options[key] = value;
  }
  return options;
}

/** An integer in [min, max]. Throws OPTION_INVALID. */
export function checkInteger(option: string, value: number, min: number, max = Number.MAX_SAFE_INTEGER): void {
  checkOption(
    Number.isInteger(value) && value >= min && value <= max,
    option,
    `an integer from ${min} to ${max}`,
    value,
  );
}

/** A duration in ms: finite, >= min and within a setTimeout's range (2^31 - 1 ms). Throws OPTION_INVALID. */
export function checkDurationMs(option: string, value: number, min = 0): void {
  checkOption(
    Number.isFinite(value) && value >= min && value <= 2 ** 31 - 1,
    option,
    `a duration in ms >= ${min}`,
    value,
  );
}
