import { type ShoalError, shoalError } from "../core/errors.ts";

/** The words of a command line after the command, as the parser understood them. */
export interface CommandArgs {
  /** In their order; an optional one that is absent is undefined. */
  readonly positional: readonly (string | undefined)[];
  /** By long name in camelCase; `--no-watch` is `watch: false`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** True when the option was given (or is on by default). */
export function flag(args: CommandArgs, name: string): boolean {
  return args.options[name] === true;
}

/** The option's text, or undefined. */
export function text(args: CommandArgs, name: string): string | undefined {
  const value = args.options[name];
  return typeof value === "string" ? value : undefined;
}

/** The texts of an option that may be given several times. */
export function texts(args: CommandArgs, name: string): readonly string[] {
  const value = args.options[name];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Without the fields that are undefined: an option that was not given is not asked of the API. */
export function onlyGiven<Fields extends object>(
  fields: Fields,
): { readonly [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  const given = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given) as { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> };
}

/** A positional argument that the command cannot do without. Throws USAGE. */
export function required(args: CommandArgs, index: number, name: string): string {
  const value = args.positional[index];
  if (value === undefined || value === "") throw usage(`<${name}> is missing`);
  return value;
}

/** An option's whole number in [min, max], or undefined. Throws USAGE. */
export function integer(args: CommandArgs, name: string, min: number, max: number): number | undefined {
  const given = text(args, name);
  if (given === undefined) return undefined;
  const value = /^\d+$/.test(given) ? Number(given) : Number.NaN;
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw usage(`--${kebab(name)} must be a whole number from ${min} to ${max}, got "${given}"`);
}

/** An option's share of the whole such as "5%" or "0.05", more than 0 and at most 1, or undefined. Throws USAGE. */
export function share(args: CommandArgs, name: string): number | undefined {
  const given = text(args, name);
  if (given === undefined) return undefined;
  const [, percent = "", ratio = ""] = /^(?:(\d{1,3}(?:\.\d{1,6})?)%|([01](?:\.\d{1,8})?))$/.exec(given) ?? [];
  const value = percent === "" ? Number(ratio) : Number(percent) / 100;
  if (value > 0 && value <= 1) return value;
  throw usage(`--${kebab(name)} must be a share such as 5% or 0.05, more than 0 and at most 100%, got "${given}"`);
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** The longest timer there is. */
const TIMER_MS_MAX = 2 ** 31 - 1;

/** An option's time limit, written like a duration, in ms: 1 ms to 24 days; or undefined. Throws USAGE. */
export function timeoutMs(args: CommandArgs, name: string): number | undefined {
  const ms = durationMs(args, name);
  if (ms === undefined || (ms > 0 && ms <= TIMER_MS_MAX)) return ms;
  throw usage(`--${kebab(name)} must be from 1ms to 24d, got "${text(args, name)}"`);
}

/** An option's duration such as "90s", "5m" or "500ms", in ms, or undefined. Throws USAGE. */
export function durationMs(args: CommandArgs, name: string): number | undefined {
  const given = text(args, name);
  if (given === undefined) return undefined;
  const [, count = "", unit = ""] = /^(\d{1,9})(ms|s|m|h|d)$/.exec(given) ?? [];
  const unitMs = UNIT_MS[unit];
  if (unitMs !== undefined) return Number(count) * unitMs;
  throw usage(`--${kebab(name)} must be a duration such as 90s, 5m, 2h or 1d, got "${given}"`);
}

/** The error for a wrong command line. */
export function usage(message: string, hint?: string): ShoalError {
  return shoalError("USAGE", { message, hint });
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
