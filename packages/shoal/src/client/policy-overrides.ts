import { isShoalError, shoalError } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import { isName } from "../core/names.ts";
import { CALL_DEFAULTS, type CallPolicy, type ResolvedPolicy, resolvePolicy, SERVICE_DEFAULTS } from "./policy.ts";

/**
 * Policies as data, weakest first: `"*"` for every service, `"quotes"` for one, `"quotes.getQuote"` for one of its
 * operations, where only what may differ from call to call is allowed. Above them stand what a consumer was made with
 * and what a single call asks for.
 */
export type Policies = Readonly<Record<string, CallPolicy>>;

/** Policies, resolved once. */
export interface PolicyOverrides {
  /** What holds for a service, or one of its operations, when the code says nothing. */
  readonly of: (service: string, operation?: string) => ResolvedPolicy;
}

/** Longer JSON is refused: a variable of the environment holds 128 KiB on Linux. */
const POLICIES_CHARS_MAX = 65_536;
const EVERY_SERVICE = "*";
const OPERATION = /^([^.]+)\.([^.\s]+)$/;

const NO_OVERRIDES: PolicyOverrides = Object.freeze({ of: () => resolvePolicy(undefined) });

/** The policies in SHOAL_POLICIES. Throws OPTION_INVALID naming the variable, the key and the option. */
export function policiesFrom(env: Readonly<Record<string, string | undefined>>): PolicyOverrides {
  const text = env["SHOAL_POLICIES"];
  if (text === undefined || text === "") return NO_OVERRIDES;
  try {
    return resolvePolicies(readPolicies(text));
  } catch (cause) {
    throw invalid(`SHOAL_POLICIES: ${isShoalError(cause) ? textOf(cause) : "is no JSON"}`, "SHOAL_POLICIES", cause);
  }
}

/** Throws OPTION_INVALID naming key and option, as in `"quotes": attemptMs must be a duration`. */
export function resolvePolicies(policies: Policies): PolicyOverrides {
  if (!isRecord(policies)) throw invalid(`policies must be an object of policies by key, got ${shown(policies)}`);
  const length = JSON.stringify(policies).length;
  if (length > POLICIES_CHARS_MAX) {
    throw invalid(`policies are ${length} characters of JSON, ${POLICIES_CHARS_MAX} are the most`);
  }
  const keys = Object.keys(policies);
  for (const key of keys) checkKey(key);
  const fleet = resolveKey(policies, EVERY_SERVICE, resolvePolicy(undefined));
  const byKey = new Map<string, ResolvedPolicy>();
  for (const key of keys) if (isName(key)) byKey.set(key, resolveKey(policies, key, fleet));
  for (const key of keys) {
    const [, service = ""] = OPERATION.exec(key) ?? [];
    if (service !== "") byKey.set(key, resolveKey(policies, key, byKey.get(service) ?? fleet));
  }
  return {
    of: (service, operation) =>
      (operation === undefined ? undefined : byKey.get(`${service}.${operation}`)) ?? byKey.get(service) ?? fleet,
  };
}

/** What holds for calls of a runtime: its policies, and above them what is given. Throws OPTION_INVALID. */
export function policyOf(
  { policies = NO_OVERRIDES }: { readonly policies?: PolicyOverrides },
  service: string,
  operation?: string,
  given?: CallPolicy,
): ResolvedPolicy {
  return resolvePolicy(given, policies.of(service, operation));
}

/** The services that policies are for, each once. */
export function servicesIn(policies: Policies): readonly string[] {
  const named = Object.keys(policies).filter((key) => key !== EVERY_SERVICE);
  return [...new Set(named.map((key) => OPERATION.exec(key)?.[1] ?? key))];
}

function readPolicies(text: string): Policies {
  return parseJson(text) as Policies;
}

function checkKey(key: string): void {
  const [, service = key] = OPERATION.exec(key) ?? [];
  if (key === EVERY_SERVICE || isName(service)) return;
  throw invalid(`"${key}" must be "*", a service or service.operation`, key);
}

function resolveKey(policies: Policies, key: string, base: ResolvedPolicy): ResolvedPolicy {
  const policy = Object.hasOwn(policies, key) ? policies[key] : undefined;
  if (policy === undefined) return base;
  if (!isRecord(policy)) throw invalid(`"${key}" must be an object of settings, got ${shown(policy)}`, key);
  const [, service] = OPERATION.exec(key) ?? [];
  const shared = Object.keys(policy).find((name) => Object.hasOwn(SERVICE_DEFAULTS, name));
  if (service !== undefined && shared !== undefined) {
    const own = Object.keys(CALL_DEFAULTS).join(", ");
    throw invalid(
      `"${key}": ${shared} is shared by all calls to ${service}, so give it to "${service}"; an operation may have ${own}`,
      shared,
    );
  }
  try {
    return resolvePolicy(policy, base);
  } catch (cause) {
    if (!isShoalError(cause)) throw cause;
    throw invalid(`"${key}": ${textOf(cause)}`, cause.details["option"], cause);
  }
}

function textOf(error: Error): string {
  return error.message.replace(/^\[[^\]]*\] /, "");
}

function shown(value: unknown): string {
  if (value === null || typeof value !== "object") return String(value);
  return Array.isArray(value) ? "a list" : "an object";
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(message: string, option: unknown = "policies", cause?: unknown) {
  return shoalError("OPTION_INVALID", { message, details: { option }, cause });
}
