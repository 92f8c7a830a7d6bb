import type { Server } from "node:http";
import { currentRuntime } from "../client/process-runtime.ts";
import { shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";
import { checkOption } from "../core/options.ts";
import type { Identity } from "../discovery/identity.ts";
import { tellSupervisor } from "../discovery/supervisor-line.ts";
import { flushProcessTelemetry } from "../telemetry/process-telemetry.ts";
import { createCitizen } from "./zero-code/citizen.ts";
import { DRAIN_DEFAULTS, type DrainOptions, resolveDrainOptions } from "./zero-code/drain.ts";
import { beforeProcessEnds, interceptProcessSignals } from "./zero-code/process-signals.ts";
import { servedAddress } from "./zero-code/served-address.ts";

export interface WrapOptions extends DrainOptions {
  /** The name callers use. Default: SHOAL_SERVICE; without either the server is surrounded but not registered. */
  readonly service: string;
  /**
   * Whether SIGTERM (and SIGINT under a supervisor) drains before it takes its effect. Default true. It cannot when the
   * app listened to the signal before: then call `close()` in that listener.
   */
  readonly signals: boolean;
}

export const WRAP_DEFAULTS: WrapOptions = Object.freeze({ ...DRAIN_DEFAULTS, service: "", signals: true });

/** A server with Shoal's surroundings. */
export interface Wrapped {
  /** Leaves the registry, goes on for `drainPropagationMs`, closes the server, finishes what it has begun. Once. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

/**
 * Gives any http.Server (or https.Server) the surroundings of a service, as `shoal/register` does without code: health,
 * metrics, trace and deadline for each request, a place in the registry while it listens, and a drain at the end.
 * The app's own answers stay its own: only its 404s to /health/*, /metrics and /.well-known/shoal are replaced.
 *
 * Throws OPTION_INVALID, or CONFIG_INVALID when the fleet knows this process under another name. A server that has its
 * surroundings already is left as it is; its `close()` does nothing.
 */
export function wrap(server: Server, given: Partial<WrapOptions> = {}): Wrapped {
  const { service = WRAP_DEFAULTS.service, signals = WRAP_DEFAULTS.signals, ...drain } = given;
  const { ports, identity, ...rest } = currentRuntime();
  const named = identityOf(identity, service);
  const citizen = createCitizen({
    ports,
    identity: named,
    runtime: async () => ({ ports, identity: named, ...rest }),
    tell: tellSupervisor,
    flush: flushProcessTelemetry,
    report: (what, cause) => rest.log.error(what, { error: cause }),
    drain: resolveDrainOptions(drain),
  });
  if (!citizen.adopt(server)) return closing(async () => {});

  const join = () => {
    const served = servedAddress(server);
    if (served) void citizen.join(served.address);
  };
  if (server.listening) join();
  else server.once("listening", join);
  const forget = signals ? drainOnSignals(citizen.leave) : () => {};
  return closing(async () => {
    forget();
    await citizen.leave(false);
  });
}

function closing(close: () => Promise<void>): Wrapped {
  return { close, [Symbol.asyncDispose]: close };
}

function identityOf(identity: Identity, service: string): Identity {
  if (service === "" || service === identity.service) return identity;
  checkOption(isName(service), "service", NAME_RULE, service);
  if (identity.service === "") return { ...identity, service, instance: `${service}-${identity.instance}` };
  throw shoalError("CONFIG_INVALID", {
    message: `the fleet knows this process as "${identity.service}", but it wraps a server as "${service}"`,
    hint: `Name it "${service}" in shoal.config.ts, or leave the option out.`,
  });
}

/** Node binds `process.emit` with a signal's first listener: after that there is no standing before it. */
function drainOnSignals(leave: (appEnds: boolean) => Promise<void>): () => void {
  if (process.listenerCount("SIGTERM") === 0) interceptProcessSignals(process.env);
  return beforeProcessEnds(leave);
}
