import { problemReply, toShoalError } from "../../contract/problem.ts";
import { parseQuery } from "../../contract/query.ts";
import type { Clock } from "../../core/clock.ts";
import type { Context } from "../../core/context.ts";
import { shoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { type HttpReply, type HttpRequest, readBody } from "../../core/message.ts";
import { HEADER, JSON_TYPE } from "../../core/wire.ts";
import type { Instance } from "../../discovery/instance.ts";
import { instanceIn, instanceProblem } from "../../discovery/instance-check.ts";
import { parseFilter } from "./filter.ts";
import type { Registration, Registry } from "./registry.ts";
import { REGISTRY_DEFAULTS } from "./registry-options.ts";
import type { Watcher, WatcherNews, Watchers } from "./watchers.ts";

export interface RegistryRoutesOptions {
  readonly registry: Registry;
  readonly watchers: Watchers;
  readonly clock: Clock;
  /** Called after each change, with the instances it is about. */
  readonly onChange: (instances: readonly Instance[]) => void;
}

/** Answers a request of the registry's API, or undefined when it is for somebody else. Never rejects. */
export type RegistryRoutes = (request: HttpRequest, context: Context) => Promise<HttpReply> | undefined;

const PREFIX = "/registry/v1/";
/** An instance takes about 300 bytes. */
const BODY_BYTES_MAX = 16_384;
/** The name in problem documents. */
const SERVICE = "shoal-control";

/**
 * The registry's HTTP API (docs/wire.md, "Registry"). A watch's reply lasts until its context is aborted or its body is
 * returned: mount it where no deadline ends it.
 */
export function registryRoutes(options: RegistryRoutesOptions): RegistryRoutes {
  return (request, context) =>
    request.target.startsWith(PREFIX)
      ? answer(options, request, context).catch((cause: unknown) =>
          problemReply(toShoalError(cause, `${request.method} ${request.target}`), SERVICE),
        )
      : undefined;
}

async function answer(options: RegistryRoutesOptions, request: HttpRequest, context: Context): Promise<HttpReply> {
  const [path = "", query = ""] = request.target.slice(PREFIX.length).split("?", 2);
  const { method } = request;
  const [collection, id, more] = path.split("/");
  if (collection === "watch" && id === undefined) {
    return method === "GET" ? watch(options, query, context) : methodNotAllowed(method, "GET");
  }
  if (collection === "instances" && id === undefined) {
    return method === "GET"
      ? json(options.registry.snapshot(parseFilter(parseQuery(query))))
      : methodNotAllowed(method, "GET");
  }
  if (collection === "instances" && id !== undefined && more === undefined) {
    if (method === "PUT") return put(options, decoded(id), request);
    if (method === "DELETE") return remove(options, decoded(id));
    return methodNotAllowed(method, "PUT, DELETE");
  }
  throw shoalError("OPERATION_UNKNOWN", { message: `the registry has nothing at ${PREFIX}${path}` });
}

async function put(options: RegistryRoutesOptions, id: string, request: HttpRequest): Promise<HttpReply> {
  const registration = registrationIn(id, await readBody(request.body, BODY_BYTES_MAX));
  const result = options.registry.upsert(registration, options.clock.now());
  switch (result.kind) {
    case "kept":
      if (result.changed.length > 0) options.onChange(result.changed);
      return json({ revision: options.registry.revision(), leaseMs: result.leaseMs });
    case "gone":
      throw shoalError("REQUEST_INVALID", {
        message: `this registration of ${id} has left the registry`,
        status: 410,
        hint: "Register again under a new value of `registration`.",
      });
    case "full":
      throw shoalError("LIMIT_REACHED", {
        message: "the registry holds as many instances as it may",
        retry: "later",
        hint: "Raise instancesMax, or find out who registers so many.",
      });
    default:
      return result satisfies never;
  }
}

function remove({ registry, clock, onChange }: RegistryRoutesOptions, id: string): HttpReply {
  const instance = registry.leave(id, clock.now());
  if (instance) onChange([instance]);
  return { status: 204, headers: {}, body: undefined };
}

function watch({ watchers }: RegistryRoutesOptions, query: string, context: Context): HttpReply {
  const watcher = watchers.add(parseFilter(parseQuery(query)));
  if (!watcher) {
    throw shoalError("LIMIT_REACHED", { message: "as many watch the registry as may", retry: "later" });
  }
  const end = () => void watcher.return();
  if (context.signal.aborted) end();
  else context.signal.addEventListener("abort", end, { once: true });
  const headers = { [HEADER.contentType]: "text/event-stream", "cache-control": "no-store" };
  return { status: 200, headers, body: eventsOf(watcher, () => context.signal.removeEventListener("abort", end)) };
}

/** The body of a watch, written by hand rather than as a generator: `return` must work while `next` waits. */
function eventsOf(watcher: Watcher, onEnd: () => void): AsyncIterable<Uint8Array> {
  const iterator: AsyncIterator<Uint8Array, undefined, undefined> = {
    async next() {
      const news = await watcher.next();
      if (!news.done) return { done: false, value: Buffer.from(eventOf(news.value)) };
      onEnd();
      return news;
    },
    return() {
      onEnd();
      return watcher.return();
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}

function eventOf(news: WatcherNews): string {
  if (news === "heartbeat") return ":\n\n";
  return `id: ${news.revision}\nevent: snapshot\ndata: ${JSON.stringify(news)}\n\n`;
}

function registrationIn(id: string, bytes: Uint8Array): Registration {
  const body = bodyIn(bytes);
  const problem = instanceProblem(body);
  const instance = instanceIn(body);
  if (problem !== undefined || !instance) throw requestInvalid(problem ?? "no instance");
  if (instance.id !== id) throw requestInvalid(`the body's id "${instance.id}" is not that of the path`);
  const { leaseMs = REGISTRY_DEFAULTS.leaseMs, registration = "" } = body as Partial<Registration>;
  if (!Number.isFinite(leaseMs) || leaseMs <= 0) throw requestInvalid("leaseMs must be a duration in ms > 0");
  if (typeof registration !== "string" || registration.length > 64) {
    throw requestInvalid("registration must be a text of at most 64 characters");
  }
  return { instance, leaseMs, registration };
}

function bodyIn(bytes: Uint8Array): unknown {
  try {
    return parseJson(Buffer.from(bytes).toString("utf8"));
  } catch (cause) {
    throw shoalError("BODY_MALFORMED", { message: "the body is no JSON", cause });
  }
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch (cause) {
    throw shoalError("REQUEST_INVALID", { message: `"${part}" is not percent-encoded as it should be`, cause });
  }
}

function json(value: unknown): HttpReply {
  return { status: 200, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(JSON.stringify(value)) };
}

function methodNotAllowed(method: string, allow: string): HttpReply {
  const error = shoalError("METHOD_NOT_ALLOWED", { message: `${method} is not for this path, but ${allow}` });
  return problemReply(error, SERVICE, { allow });
}

function requestInvalid(message: string) {
  return shoalError("REQUEST_INVALID", { message });
}
