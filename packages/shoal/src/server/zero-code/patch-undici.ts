import type { Gateway } from "./gateway.ts";
import { serviceOfHost } from "./service-host.ts";

/** What is used of undici's dispatchers, whichever copy and version they are of. */
interface DispatchOptions {
  readonly origin?: unknown;
  readonly headers?: unknown;
  readonly [FORWARDED]?: true;
}
type Dispatch = (options: DispatchOptions, handler: unknown) => boolean;
interface Dispatcher {
  dispatch: Dispatch;
}
type AgentClass = new (options: { readonly connect: Connect }) => Dispatcher;
type Connect = (options: { readonly hostname?: string }, done: (error: null, socket: unknown) => void) => unknown;

export interface UndiciPatch {
  readonly gateway: () => Gateway;
  /** What a call says about the request in which it is made. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/** Where copies of undici keep their global dispatcher: Node's own and those up to version 7, and from version 8 on. */
const GLOBAL_DISPATCHERS = [Symbol.for("undici.globalDispatcher.1"), Symbol.for("undici.globalDispatcher.2")] as const;
const PATCHED = Symbol.for("shoal.patched");
/** On a dispatch that our own Agent hands on to its pools, which share the patched method and see the same origin. */
const FORWARDED = Symbol("shoal.forwarded");

/**
 * Sends what undici dispatches to `http://NAME.service` to that service. The method of the prototype is replaced, so
 * that every dispatcher of that copy of undici is covered and none changes its identity; what has another origin goes
 * on as it was. Does nothing when the copy is patched already, or is not one that we know.
 *
 * Such calls use an Agent of the same copy whose connections lead to the gateway: handlers differ between versions,
 * and their own Agent is sure to speak to them.
 */
export function patchUndici(patch: UndiciPatch): void {
  for (const symbol of GLOBAL_DISPATCHERS) {
    const dispatcher = (globalThis as Record<symbol, unknown>)[symbol];
    // Only an Agent can be made again; the wrapper that version 8 leaves for older copies ends in one.
    if (isAgent(dispatcher)) patchCopy(dispatcher, patch);
  }
}

function isAgent(value: unknown): value is Dispatcher & { readonly constructor: AgentClass } {
  return typeof value === "object" && value !== null && value.constructor.name === "Agent" && "dispatch" in value;
}

function patchCopy(agent: Dispatcher & { readonly constructor: AgentClass }, patch: UndiciPatch): void {
  const prototype = ownerOf(agent, "dispatch");
  if (!prototype || PATCHED in prototype) return;
  const { dispatch } = prototype;
  let leadsToServices: Dispatcher | undefined;
  const toService: Dispatch = (options, handler) => {
    leadsToServices ??= new agent.constructor({
      connect(connection, done) {
        const socket = patch.gateway().connect(serviceOfHost(connection.hostname ?? "") ?? "");
        queueMicrotask(() => done(null, socket));
        return socket;
      },
    });
    return dispatch.call(leadsToServices, options, handler);
  };
  prototype.dispatch = function (this: Dispatcher, options, handler) {
    const service = options === null || typeof options !== "object" ? undefined : serviceOfOrigin(options.origin);
    if (service === undefined || FORWARDED in options) return dispatch.call(this, options, handler);
    const headers = withMissing(options.headers, patch.headers());
    return toService({ ...options, origin: `http://${service}.service`, headers, [FORWARDED]: true }, handler);
  };
  Object.defineProperty(prototype, PATCHED, { value: true });
}

/** The nearest object of the prototype chain that has the method itself. */
function ownerOf(value: object, method: string): Dispatcher | undefined {
  for (let at: object | null = value; at !== null; at = Object.getPrototypeOf(at)) {
    if (Object.hasOwn(at, method)) return at as Dispatcher;
  }
  return undefined;
}

function serviceOfOrigin(origin: unknown): string | undefined {
  if (origin instanceof URL) return serviceOfHost(origin.hostname);
  if (typeof origin !== "string" || !origin.includes(".service") || !URL.canParse(origin)) return undefined;
  return serviceOfHost(new URL(origin).hostname);
}

/** The headers of a dispatch with those added that it does not have: undici takes a list, an object or an iterable. */
export function withMissing(headers: unknown, added: Readonly<Record<string, string>>): unknown {
  const given = listOf(headers);
  const names = new Set(given.filter((_, index) => index % 2 === 0).map((name) => String(name).toLowerCase()));
  return [
    ...given,
    ...Object.entries(added)
      .filter(([name]) => !names.has(name))
      .flat(),
  ];
}

/** As a flat list of names and values; a name with several values comes several times. */
function listOf(headers: unknown): unknown[] {
  if (Array.isArray(headers)) return headers;
  if (typeof headers !== "object" || headers === null) return [];
  const pairs = Symbol.iterator in headers ? [...(headers as Iterable<[unknown, unknown]>)] : Object.entries(headers);
  return pairs.flatMap(([name, value]) =>
    Array.isArray(value) ? value.flatMap((one) => [name, one]) : value === undefined ? [] : [name, value],
  );
}
