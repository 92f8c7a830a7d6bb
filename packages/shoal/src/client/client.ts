import type { Clock } from "../core/clock.ts";
import { type Context, currentContext } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { HEADER } from "../core/wire.ts";
import { createResolver, type Resolver } from "../discovery/resolver.ts";
import { fileSnapshotStore } from "../discovery/snapshot-store.ts";
import { createBalancer } from "./balance/balancer.ts";
import { createPeers, type PeersOptions } from "./balance/peers.ts";
import { type Call, type CallRequest, newCall, operationOf } from "./call.ts";
import { contextOfCall } from "./call-context.ts";
import { callError } from "./call-error.ts";
import { recordCall } from "./call-span.ts";
import { isIdempotent } from "./classify.ts";
import { createDirectGate, type DirectGate } from "./direct/direct-gate.ts";
import { edgeState } from "./edge-state.ts";
import { openInstance } from "./instance/instance-client.ts";
import { createOwnStalls, type OwnStalls } from "./instance/own-stalls.ts";
import type { CallPolicy, ResolvedPolicy, ServiceSettings } from "./policy.ts";
import { policyOf } from "./policy-overrides.ts";
import { createExchangeRecorder } from "./record-exchange.ts";
import { createRetryBudget } from "./retry/budget.ts";
import { noterOf, type Runtime, recorderOf } from "./runtime.ts";
import { begunCallStack, callStack } from "./stack.ts";
import { createAdmission } from "./throttle/admission.ts";

/** How a call ended, and the record of it. */
interface Ended {
  readonly call: Call;
  readonly outcome: Outcome<HttpReply>;
}

/** Calls one service. Never rejects: a failure is an outcome. */
export interface ServiceClient {
  /** @param context The request it is made for. Default: that of the running handler, if any. */
  readonly call: (request: CallRequest, context?: Context) => Promise<Ended>;
  /** The same, and what is made of its end at once: without it a typed call had a promise more. */
  readonly callThen: <Result>(
    request: CallRequest,
    context: Context | undefined,
    conclude: (call: Call, outcome: Outcome<HttpReply>) => Result | Promise<Result>,
  ) => Promise<Result>;
  /** The short way of a typed call to a service of this process. */
  readonly direct: DirectGate;
  /** True when it was closed: whoever keeps it has to ask for a new one. */
  readonly isClosed: () => boolean;
}

/** What a runtime's clients have in common. */
interface Clients {
  readonly resolver: Resolver;
  /** By service, then by what its settings come to. */
  readonly byService: Map<string, Map<string, ServiceClient>>;
  readonly stalls: OwnStalls;
  readonly closers: (() => void)[];
}

const clientsOf = new WeakMap<Runtime, Clients>();

/**
 * The client of a service: one for each runtime, service and set of shared settings, so that all that a process knows
 * about a service is known once. Making it begins to watch the service, so that the first call need not wait.
 * Throws LIMIT_REACHED over 1 000 services.
 */
export function clientFor(runtime: Runtime, service: string, policy = policyOf(runtime, service)): ServiceClient {
  const clients = clientsOf.get(runtime) ?? openClients(runtime);
  const ofService = clients.byService.get(service);
  const key = keyOf(policy.service);
  const known = ofService?.get(key);
  if (known) return known;
  const client = openClient(runtime, clients, service, policy);
  if (ofService) ofService.set(key, client);
  else clients.byService.set(service, new Map([[key, client]]));
  return client;
}

const keys = new WeakMap<ServiceSettings, string>();

/** The same for equal settings; written out once for each object, for it is asked for with every call. */
function keyOf(settings: ServiceSettings): string {
  const known = keys.get(settings);
  if (known !== undefined) return known;
  const key = JSON.stringify(settings);
  keys.set(settings, key);
  return key;
}

/** Loads what a first call needs, if this runtime has a client at all. For a server to call once it listens. */
export function warmClients(runtime: Runtime): void {
  if (clientsOf.has(runtime)) runtime.warm?.();
}

/** Ends the watches and connections of a runtime's clients; a later call would make new ones. */
export function closeClients(runtime: Runtime): void {
  const clients = clientsOf.get(runtime);
  if (!clients) return;
  clientsOf.delete(runtime);
  for (const close of clients.closers) close();
  clients.resolver.close();
}

/** What `sendToService` takes beside the request. */
export interface SendOptions extends CallPolicy {
  readonly signal?: AbortSignal | undefined;
  /** The request it is made for. Default: that of the running handler, if any. */
  readonly context?: Context | undefined;
  /** Default: by the method, or by an Idempotency-Key. */
  readonly idempotent?: boolean | undefined;
  /** Read the reply whole before it is handed on. Default: false, a long one streams. */
  readonly replyInMemory?: boolean | undefined;
}

/**
 * Sends a request to a service by its name, with everything that a call gets. A service's own reply is returned
 * whatever its status; of a 429 or 5xx, `x-shoal-retry: never` says that trying again has been done here.
 * Throws a ShoalError when no instance answered. A request body that streams is sent at most once.
 */
export function sendToService(
  runtime: Runtime,
  service: string,
  request: HttpRequest,
  options: SendOptions = {},
): Promise<HttpReply> {
  try {
    return send(runtime, service, request, options);
  } catch (thrown) {
    return Promise.reject(thrown); // what is wrong with the options; no async function, which costs a promise more
  }
}

function send(runtime: Runtime, service: string, request: HttpRequest, options: SendOptions): Promise<HttpReply> {
  const { signal, context, idempotent, replyInMemory = false, ...given } = options;
  const policy = policyOf(runtime, service, undefined, Object.keys(given).length === 0 ? undefined : given);
  return clientFor(runtime, service, policy).callThen(
    {
      service,
      operation: `${request.method} ${pathOf(request.target)}`,
      request,
      idempotent: idempotent ?? isIdempotent(request.method, request.headers),
      settings: policy.call,
      replyInMemory,
      signal,
    },
    context,
    replyOf,
  );
}

function replyOf(call: Call, outcome: Outcome<HttpReply>): HttpReply {
  if (outcome.ok) return outcome.reply;
  if (outcome.reply === undefined) throw callError(call, outcome);
  return { ...outcome.reply, headers: { ...outcome.reply.headers, [HEADER.retry]: "never" } };
}

/** A query may hold secrets: it is no part of an operation's name. */
function pathOf(target: string): string {
  const mark = target.indexOf("?");
  return mark < 0 ? target : target.slice(0, mark);
}

function openClients(runtime: Runtime): Clients {
  const { registry, identity, ports, log } = runtime;
  const { stateFolder } = identity;
  const { clock } = ports;
  const store =
    runtime.snapshotStore ??
    (stateFolder === undefined ? undefined : fileSnapshotStore({ stateFolder, identity, clock, log }));
  const resolver = createResolver({ registry, identity, clock, log, store });
  const clients: Clients = { resolver, byService: new Map(), stalls: createOwnStalls(clock), closers: [] };
  clientsOf.set(runtime, clients);
  return clients;
}

function openClient(runtime: Runtime, clients: Clients, service: string, policy: ResolvedPolicy): ServiceClient {
  const { ports } = runtime;
  const recorder = recorderOf(runtime);
  const exchanges = recorder && createExchangeRecorder(recorder, ports);
  const note = noterOf(runtime, service);
  const { resolver, stalls } = clients;
  const settings = policy.service;
  const faults = () => resolver.faultsOf(service);
  const open: PeersOptions["open"] = (instance, neighbours) =>
    openInstance(instance, neighbours, settings, { ...runtime, note, stalls, faults });
  const peers = createPeers({ resolver, service, zone: runtime.identity.zone, settings, open }, ports);
  clients.closers.push(peers.close);
  const nowMs = ports.clock.now();
  const budget = createRetryBudget(policy.service, nowMs);
  const admission = createAdmission(policy.service, nowMs);
  const balancer = createBalancer(peers, ports, note);
  const parts = { budget, balancer, admission, policy };
  const unwatch = runtime.resilience?.watchEdge(() => edgeState(service, parts, ports.clock.now()));
  if (unwatch) clients.closers.push(unwatch);
  const run = callStack({ budget, balancer, admission, note }, ports);
  const begunRun = once(() => begunCallStack({ budget, balancer, admission, note }, ports));
  const direct = createDirectGate({ runtime, peers, budget, admission, note });
  let closed = false;
  clients.closers.push(() => {
    closed = true;
  });
  const { clock } = ports;
  const callThen: ServiceClient["callThen"] = (request, parent, conclude) => {
    note("call");
    const call = newCall(exchanges ? exchanges.watch(request) : request);
    const { made } = call;
    const startMs = made?.startMs ?? clock.now();
    call.atMs = startMs;
    const context = made?.context ?? contextOfCall(runtime, request.settings, parent ?? currentContext(), startMs);
    call.deadlineMs = Math.max(0, context.deadlineMs - startMs);
    const release = runtime.holdProcess?.();
    return (made?.begun ? begunRun() : run)(call, context).then(
      (outcome) => {
        release?.();
        call.elapsedMs = clock.now() - startMs;
        countCall(runtime, call, outcome);
        const done = { call, context, outcome, startMs };
        const watched = recorder ? recordCall(recorder, clock, done) : outcome;
        const told = exchanges ? exchanges.done(watched === outcome ? done : { ...done, outcome: watched }) : watched;
        const turn = told.ok ? undefined : turnOf(clock);
        return turn === undefined ? conclude(call, told) : turn.then(() => conclude(call, told));
      },
      (cause: unknown) => {
        release?.();
        throw cause;
      },
    );
  };
  return {
    callThen,
    call: (request, parent) => callThen(request, parent, (call, outcome) => ({ call, outcome })),
    isClosed: () => closed,
    direct,
  };
}

/**
 * Who calls again whatever becomes of it, as loops do, must not keep the event loop from turning: a call that is refused in
 * this very process would else fail without ever waiting, and nothing that ends the refusals would come to run.
 */
function turnOf({ soon }: Pick<Clock, "soon">): Promise<void> | undefined {
  return soon && new Promise((resolve) => soon(resolve));
}

function countCall({ meter }: Runtime, call: Call, { reply }: Outcome<HttpReply>): void {
  meter.called?.({
    callee: call.service,
    external: false,
    operation: operationOf(call),
    status: reply?.status ?? 0,
    durationMs: call.elapsedMs,
  });
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
