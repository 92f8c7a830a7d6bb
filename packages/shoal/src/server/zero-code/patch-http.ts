import type { Agent, ClientRequest, RequestOptions } from "node:http";
import { urlToHttpOptions } from "node:url";
import { serviceOfHost } from "./service-host.ts";

type Callback = (...args: unknown[]) => void;
type Request = (...args: unknown[]) => ClientRequest;

/** The part of node:http or node:https that is replaced. */
export interface HttpModule {
  request: unknown;
  get: unknown;
}

export interface HttpPatch {
  /** Of node:http, as it was. Calls of both modules end there: what leads to a service is not encrypted twice. */
  readonly request: unknown;
  /** Makes connections to services. */
  readonly agent: () => Agent;
  /** What a call says about the request in which it is made. */
  readonly headers: () => Readonly<Record<string, string>>;
}

/**
 * Sends what `request` and `get` of a module address to `http://NAME.service` to that service. Every other call goes to
 * the original function with the very same arguments. The result is a genuine ClientRequest either way.
 */
export function patchHttp(module: HttpModule, patch: HttpPatch): void {
  const request = module.request as Request;
  const get = module.get as Request;
  module.request = function (this: unknown, ...args: unknown[]): ClientRequest {
    const target = targetOf(args);
    return target ? send(target, patch) : Reflect.apply(request, this, args);
  };
  module.get = function (this: unknown, ...args: unknown[]): ClientRequest {
    const target = targetOf(args);
    if (!target) return Reflect.apply(get, this, args);
    const sent = send(target, patch);
    sent.end();
    return sent;
  };
}

interface Target {
  readonly options: RequestOptions;
  readonly callback: Callback | undefined;
}

/** What the arguments mean when they lead to a service, else undefined. Every outgoing request passes here. */
function targetOf(args: readonly unknown[]): Target | undefined {
  const [first, second] = args;
  const fromUrl = typeof first === "string" || first instanceof URL ? first : undefined;
  const options = (fromUrl === undefined ? first : second) as RequestOptions | undefined;
  const given = typeof options === "object" && options !== null ? options : {};
  if (given.socketPath || given.createConnection) return undefined;
  const host = given.hostname ?? given.host ?? (fromUrl === undefined ? undefined : hostOf(fromUrl));
  if (typeof host !== "string" || !serviceOfHost(host)) return undefined;
  const base = fromUrl === undefined ? {} : urlToHttpOptions(new URL(fromUrl));
  const last = args.at(-1);
  return {
    options: { ...base, ...given, host, hostname: host },
    callback: typeof last === "function" ? (last as Callback) : undefined,
  };
}

function hostOf(url: string | URL): string | undefined {
  if (url instanceof URL) return url.hostname;
  return url.includes(".service") && URL.canParse(url) ? new URL(url).hostname : undefined;
}

function send({ options, callback }: Target, patch: HttpPatch): ClientRequest {
  const said = patch.headers();
  const { headers } = options;
  const request = (patch.request as Request)(
    {
      ...options,
      // Both modules refuse each other's protocol and agents; the port is the registry's to know.
      protocol: "http:",
      port: 80,
      defaultPort: 80,
      agent: patch.agent(),
      ...(Array.isArray(headers) ? { headers: [...headers, ...missing(headers, said)] } : {}),
    },
    ...(callback ? [callback] : []),
  );
  if (!Array.isArray(headers)) {
    for (const [name, value] of Object.entries(said)) if (!request.hasHeader(name)) request.setHeader(name, value);
  }
  return request;
}

/** The headers that a flat list of names and values does not have yet, as such a list. */
function missing(list: readonly unknown[], said: Readonly<Record<string, string>>): string[] {
  const names = new Set(list.filter((_, index) => index % 2 === 0).map((name) => String(name).toLowerCase()));
  return Object.entries(said)
    .filter(([name]) => !names.has(name))
    .flat();
}
