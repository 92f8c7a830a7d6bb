import type { Instance, Snapshot } from "./instance.ts";
import type { StoredSet } from "./snapshot-store.ts";

/*
 * What a client believes about the registry, as a pure function of what it heard.
 *
 * The naive way, "use the last answer", loses calls in three ways: an error looks like an empty set; a registry that
 * has just started tells of the few that found it first; one bad push takes out instances that are well. So an error
 * changes nothing but the staleness, an incomplete snapshot only adds, and what a mass removal took out stays at hand
 * as a last resort (Finagle's probation, Eureka's self-preservation, gRPC's A53).
 */

/** How long instances that a mass removal took out stay at hand, in ms: time for a bad push to be noticed and undone. */
export const LAST_RESORT_MS = 600_000;
/** How many of them, for each service; the rest is forgotten. */
export const LAST_RESORT_MAX = 1_000;
/** A removal of more than this share of at least two instances is a mass removal. */
const MASS_REMOVAL_RATIO = 0.5;

/** An instance that a mass removal took out. */
interface Removed {
  readonly instance: Instance;
  /** When it is forgotten. */
  readonly untilMs: number;
}

/** What is known about one service. */
export type ServiceView =
  | { readonly kind: "pending" }
  | { readonly kind: "restored"; readonly instances: readonly Instance[]; readonly sinceMs: number }
  | { readonly kind: "heard"; readonly instances: readonly Instance[]; readonly removed: readonly Removed[] };

export interface ResolverState {
  readonly services: ReadonlyMap<string, ServiceView>;
  readonly known: readonly string[];
  /** Since when the registry is out of reach; undefined while it is not. */
  readonly staleSinceMs: number | undefined;
}

export type ResolverEvent =
  | { readonly kind: "watched"; readonly service: string }
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | { readonly kind: "stale" }
  | { readonly kind: "restored"; readonly set: StoredSet }
  | { readonly kind: "expired" };

/** Where the caller stands: which instances are its own, and where else it may look. */
export interface Place {
  readonly realm: string;
  readonly fallbackRealms: Readonly<Record<string, string>>;
}

export const RESOLVER_START: ResolverState = Object.freeze({
  services: new Map(),
  known: [],
  staleSinceMs: undefined,
});

const PENDING: ServiceView = Object.freeze({ kind: "pending" });

/** The next state; views that did not change keep their identity, and so does the state when nothing changed. */
export function resolverNext(state: ResolverState, event: ResolverEvent, nowMs: number, place: Place): ResolverState {
  switch (event.kind) {
    case "watched":
      return state.services.has(event.service)
        ? state
        : { ...state, services: new Map(state.services).set(event.service, PENDING) };
    case "stale":
      return state.staleSinceMs === undefined ? { ...state, staleSinceMs: nowMs } : state;
    case "restored":
      return withRestored(state, event.set, nowMs, place);
    case "expired":
      return withViews(state, (view) => (view.kind === "heard" ? withoutExpired(view, nowMs) : view));
    case "snapshot":
      return withSnapshot(state, event.snapshot, nowMs, place);
    default:
      return event satisfies never;
  }
}

/** When the next `expired` event is due, or undefined. */
export function nextExpiryMs(state: ResolverState): number | undefined {
  let nextMs = Number.POSITIVE_INFINITY;
  for (const view of state.services.values()) {
    if (view.kind === "heard") for (const { untilMs } of view.removed) nextMs = Math.min(nextMs, untilMs);
  }
  return nextMs === Number.POSITIVE_INFINITY ? undefined : nextMs;
}

/** The own realm's instances, or the fallback realm's when the own realm has none. */
export function preferRealm(instances: readonly Instance[], service: string, place: Place): readonly Instance[] {
  const own = instances.filter((instance) => instance.realm === place.realm);
  if (own.length > 0 || !Object.hasOwn(place.fallbackRealms, service)) return own;
  return instances.filter((instance) => instance.realm === place.fallbackRealms[service]);
}

function withSnapshot(state: ResolverState, snapshot: Snapshot, nowMs: number, place: Place): ResolverState {
  const news = newsOf(snapshot);
  const next = withViews(state, (view, service) =>
    news.watched === undefined || news.watched.has(service) ? heard(view, service, news, { nowMs, place }) : view,
  );
  const known = sameNames(state.known, snapshot.services) ? state.known : snapshot.services;
  if (next === state && known === state.known && state.staleSinceMs === undefined) return state;
  return { services: next.services, known, staleSinceMs: undefined };
}

function withRestored(state: ResolverState, set: StoredSet, nowMs: number, place: Place): ResolverState {
  const next = withViews(state, (view, service) => {
    if (view.kind !== "pending") return view;
    const instances = preferRealm(
      set.instances.filter((instance) => instance.service === service),
      service,
      place,
    );
    return instances.length === 0 ? view : { kind: "restored", instances, sinceMs: nowMs };
  });
  return next === state || state.known.length > 0 ? next : { ...next, known: set.services };
}

/** A snapshot, arranged for looking things up. */
interface News {
  readonly byService: ReadonlyMap<string, readonly Instance[]>;
  readonly ids: ReadonlySet<string>;
  readonly addresses: ReadonlySet<string>;
  readonly left: ReadonlySet<string>;
  readonly watched: ReadonlySet<string> | undefined;
  readonly complete: boolean;
}

function newsOf(snapshot: Snapshot): News {
  const byService = new Map<string, Instance[]>();
  for (const instance of snapshot.instances) {
    const list = byService.get(instance.service);
    if (list) list.push(instance);
    else byService.set(instance.service, [instance]);
  }
  return {
    byService,
    ids: new Set(snapshot.instances.map((instance) => instance.id)),
    addresses: new Set(snapshot.instances.map((instance) => instance.address)),
    left: new Set(snapshot.left),
    watched: snapshot.watched && new Set(snapshot.watched),
    complete: snapshot.complete ?? true,
  };
}

interface Moment {
  readonly nowMs: number;
  readonly place: Place;
}

function heard(view: ServiceView, service: string, news: News, { nowMs, place }: Moment): ServiceView {
  const listed = news.byService.get(service) ?? [];
  if (view.kind !== "heard") return { kind: "heard", instances: preferRealm(listed, service, place), removed: [] };
  const missing = view.instances.filter((instance) => isMissing(instance, news));
  const candidates = news.complete ? listed : [...listed, ...missing];
  const instances = preferRealm(candidates, service, place);
  const removed = removedNext(view, missing, news, nowMs);
  if (sameInstances(instances, view.instances) && sameRemoved(removed, view.removed)) return view;
  return { kind: "heard", instances, removed };
}

/** Neither listed nor known to have left. One whose address now serves another instance has ended unseen. */
function isMissing(instance: Instance, news: News): boolean {
  return !news.ids.has(instance.id) && !news.left.has(instance.id) && !news.addresses.has(instance.address);
}

function removedNext(
  view: Extract<ServiceView, { kind: "heard" }>,
  missing: readonly Instance[],
  news: News,
  nowMs: number,
): readonly Removed[] {
  const kept = view.removed.filter(({ instance, untilMs }) => untilMs > nowMs && isMissing(instance, news));
  if (!news.complete) return kept;
  const present = view.instances.filter((instance) => !news.left.has(instance.id)).length;
  if (present < 2 || missing.length <= present * MASS_REMOVAL_RATIO) return kept;
  const untilMs = nowMs + LAST_RESORT_MS;
  return [...missing.map((instance) => ({ instance, untilMs })), ...kept].slice(0, LAST_RESORT_MAX);
}

function withoutExpired(view: Extract<ServiceView, { kind: "heard" }>, nowMs: number): ServiceView {
  const removed = view.removed.filter(({ untilMs }) => untilMs > nowMs);
  return removed.length === view.removed.length ? view : { ...view, removed };
}

function withViews(state: ResolverState, change: (view: ServiceView, service: string) => ServiceView): ResolverState {
  let changed = false;
  const services = new Map<string, ServiceView>();
  for (const [service, view] of state.services) {
    const next = change(view, service);
    changed ||= next !== view;
    services.set(service, next);
  }
  return changed ? { ...state, services } : state;
}

function sameNames(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((name, index) => name === right[index]);
}

function sameRemoved(left: readonly Removed[], right: readonly Removed[]): boolean {
  return left.length === right.length && left.every(({ instance }, index) => instance.id === right[index]?.instance.id);
}

function sameInstances(left: readonly Instance[], right: readonly Instance[]): boolean {
  return (
    left.length === right.length &&
    left.every((instance, index) => {
      const other = right[index];
      return other !== undefined && FIELDS.every((field) => instance[field] === other[field]);
    })
  );
}

const FIELDS = ["id", "service", "address", "realm", "zone", "release", "contract"] as const;
