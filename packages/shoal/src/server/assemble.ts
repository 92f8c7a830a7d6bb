import { warmClients } from "../client/client.ts";
import { type Runtime, recorderOf } from "../client/runtime.ts";
import type { Contract } from "../contract/contract.ts";
import { contractHash } from "../contract/hash.ts";
import { openApiOf } from "../contract/openapi.ts";
import { problemReply } from "../contract/problem.ts";
import { type Context, runInContext } from "../core/context.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import { metricsTypeFor } from "../telemetry/openmetrics.ts";
import type { AdmissionState } from "../telemetry/resilience.ts";
import type { DirectService } from "../transport/direct.ts";
import type { Handler } from "../transport/port.ts";
import { type Arrival, arrivalOf, pathOf, type Route } from "./arrival.ts";
import { createMemoryIdempotencyStore } from "./idempotency-memory.ts";
import { instanceIdOf } from "./instance-id.ts";
import { createLifecycle, type Lifecycle } from "./lifecycle.ts";
import { createLimiter, type Limiter } from "./limiter.ts";
import { createOpenStreams, type OpenStreams } from "./open-streams.ts";
import { type AnyHandler, operationService } from "./operation-service.ts";
import type { ServeOptions } from "./options.ts";
import { createOverload } from "./overload.ts";
import { type OwnAnswers, ownPaths } from "./own-paths.ts";
import { createReadiness } from "./readiness.ts";
import type { Router } from "./router.ts";
import { type ServerStackParts, serverStack } from "./stack.ts";
import { loadStreamReply } from "./stream-loader.ts";

const HUNG = "went on long after its deadline and is taken for hung; its place was given away";

export interface AssembleParts {
  readonly contract: Contract;
  readonly handlerOf: (operation: string) => AnyHandler;
  readonly options: ServeOptions;
  readonly runtime: Runtime;
}

/** One server without sockets. */
export interface Assembled {
  /** Answers every request; never rejects. */
  readonly handle: Handler;
  /** The same for those of its process, without a message. To be called where its handlers are to run. */
  readonly openDirect: () => Promise<DirectService>;
  readonly lifecycle: Lifecycle;
  readonly limiter: Limiter;
  readonly streams: OpenStreams;
  /** How it stands: what is in progress, what waits, and how long. */
  readonly admissionState: () => AdmissionState;
  /** The contract's hash; "" until it was asked for by `warmUp` or a request. */
  readonly knownHash: () => string;
  /** Does now what would otherwise be done at the first request. */
  readonly warmUp: () => Promise<void>;
}

/** Builds a contract's server: its stack, its own paths and its routes. */
export function assemble({ contract, handlerOf, options, runtime }: AssembleParts): Assembled {
  const { ports, identity, meter, log } = runtime;
  const recorder = recorderOf(runtime);
  const instance = instanceIdOf(contract.name, identity);
  const lifecycle = createLifecycle();
  const { clock, random } = ports;
  const limiter = createLimiter({ limit: options.concurrencyMax, waitersMax: options.waitersMax, clock });
  const overload = createOverload({ limiter, clock, random, options });
  const streams = createOpenStreams(options.streamsMax);
  const hash = once(() => contractHash(contract));
  const parts = {
    service: contract.name,
    source: {
      ports,
      realm: identity.realm,
      log,
      handlerMs: options.handlerMs,
      sampleNewTrace: recorder?.sampleNewTrace,
    },
    meter,
    recorder,
    instance,
    lifecycle,
    limiter,
    overload,
    shed: runtime.resilience?.shed,
    asked: runtime.resilience?.asked,
    hungMs: options.hungMs,
    onHung: ({ route }: Arrival, context: Context) => logHung(route, context, options.hungMs),
    store: options.idempotencyStore ?? createMemoryIdempotencyStore(),
    bodyBytesMax: options.bodyBytesMax,
    operation: operationService(contract, handlerOf, async (call, arrival, context) => {
      const { streamReply } = await loadStreamReply();
      return streamReply({ clock, open: streams, options }, call, arrival, context);
    }),
  } satisfies ServerStackParts;
  const service = serverStack(parts);
  const own = ownPaths(contract.name, ownAnswers({ contract, options, runtime }, lifecycle, hash.get));
  let router: Router | undefined;

  /** The router's package is loaded with the first request that needs it: it would be a fifth of a service's start. */
  const loadRouter = async (): Promise<Router> => {
    const { createRouter } = await import("./router.ts");
    router ??= createRouter(contract);
    return router;
  };
  const routeOf = (method: string, path: string): Route | Promise<Route> =>
    own(method, path) ??
    router?.find(method, path) ??
    loadRouter().then(
      (loaded) => loaded.find(method, path),
      (cause) => broken(cause),
    );
  const broken = (cause: unknown): Route => {
    log.error("the routes could not be made", { service: contract.name, error: messageOf(cause) });
    const error = shoalError("INTERNAL", { message: `${contract.name} failed`, cause });
    return { kind: "refused", error, allow: undefined };
  };

  return {
    async handle(message, context) {
      try {
        const route = await routeOf(message.method, pathOf(message.target));
        return await service(arrivalOf(message, route), context);
      } catch (cause) {
        log.error("a request could not be answered", { service: contract.name, error: messageOf(cause) });
        return problemReply(shoalError("INTERNAL", { message: `${contract.name} failed` }), contract.name);
      }
    },
    async openDirect() {
      const { createDirectService } = await import("./direct.ts");
      return createDirectService({ contract, handlerOf, stack: parts });
    },
    lifecycle,
    limiter,
    streams,
    admissionState: overload.state,
    knownHash: () => hash.known() ?? "",
    async warmUp() {
      await loadRouter().catch(broken);
      hash.get();
      warmClients(runtime);
    },
  };
}

function logHung(route: Route, context: Context, hungMs: number): void {
  const name = route.kind === "operation" ? `${route.operation.service}.${route.operation.name}` : "a handler";
  runInContext(context, () => context.log.error(`${name} ${HUNG}`, { hungMs }));
}

/** What the service says of itself. */
function ownAnswers(
  { contract, options, runtime }: Omit<AssembleParts, "handlerOf">,
  lifecycle: Lifecycle,
  hash: () => string,
): OwnAnswers {
  const { identity, log, meter, ports } = runtime;
  const { release, realm, zone } = identity;
  const instance = instanceIdOf(contract.name, identity);
  return {
    wellKnown: () => ({ name: contract.name, instance, release, realm, zone, contract: hash() }),
    readiness: createReadiness({ lifecycle, clock: ports.clock, log, check: options.ready, checkMs: options.readyMs }),
    openApi: once(() => openApiOf(contract, release)).get,
    metrics(accept) {
      const type = metricsTypeFor(accept);
      return meter.render && { type, text: meter.render(type) };
    },
  };
}

/** Makes a value on first use. */
function once<Value>(make: () => Value): { readonly get: () => Value; readonly known: () => Value | undefined } {
  let made: { readonly value: Value } | undefined;
  return {
    get() {
      made ??= { value: make() };
      return made.value;
    },
    known: () => made?.value,
  };
}
