import { queryOf } from "./query-of.ts";
import type { LiveEvents } from "./types.ts";

export type LiveTopic = "fleet" | "map" | "traces" | "logs" | "exchanges";
export type LiveState = "connecting" | "live" | "lost";

/** What a part of the screen wants to hear. */
export interface Subscription {
  readonly topics: readonly LiveTopic[];
  /** Filters of the lists, as the operations take them. */
  readonly filters?: Readonly<Record<string, unknown>>;
  readonly on: { readonly [Name in keyof LiveEvents]?: (event: LiveEvents[Name]) => void };
}

const EVENTS: readonly (keyof LiveEvents)[] = ["fleet", "services", "instances", "map", "traces", "logs", "exchanges"];
/** Subscriptions of one screen come in quick succession: one connection serves them all. */
const SETTLE_MS = 30;
const RETRY_MS = 1_000;

/**
 * One connection for the whole page: a browser opens no more than six to one host, and people have many tabs. For the
 * same reason it is closed while nobody can see the page.
 */
class LiveHub {
  readonly #subscriptions = new Set<Subscription>();
  /**
   * Those whose filters the connection of now was opened with: what still comes by the one before a change of filters
   * must not get into the new list.
   */
  #served = new Set<Subscription>();
  readonly #watchers = new Set<() => void>();
  #source: EventSource | undefined;
  #url = "";
  #state: LiveState = "connecting";
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener("visibilitychange", () => this.#settle());
  }

  subscribe(subscription: Subscription): () => void {
    this.#subscriptions.add(subscription);
    if (this.#wantedUrl() === this.#url) this.#served.add(subscription);
    this.#settle();
    return () => {
      this.#subscriptions.delete(subscription);
      this.#served.delete(subscription);
      this.#settle();
    };
  }

  state = (): LiveState => this.#state;

  watchState = (watcher: () => void): (() => void) => {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  };

  #settle(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#connect(), SETTLE_MS);
  }

  #connect(): void {
    const url = document.hidden ? "" : this.#wantedUrl();
    this.#served = new Set(this.#subscriptions);
    if (url === this.#url && this.#source !== undefined) return;
    this.#source?.close();
    this.#source = undefined;
    this.#url = url;
    if (url === "") return;
    const source = new EventSource(url);
    this.#source = source;
    source.onopen = () => this.#become("live");
    source.onerror = () => {
      this.#become("lost");
      if (source.readyState !== EventSource.CLOSED || this.#source !== source) return;
      // Refused for good, as the browser sees it; a control plane that restarts is back in a moment.
      this.#source = undefined;
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
    };
    for (const name of EVENTS) source.addEventListener(name, (event) => this.#deliver(name, event.data));
  }

  #wantedUrl(): string {
    const topics = new Set([...this.#subscriptions].flatMap((one) => one.topics));
    if (topics.size === 0) return "";
    const filters = Object.assign({}, ...[...this.#subscriptions].map((one) => one.filters));
    return `/api/v1/live${queryOf({ topics: [...topics].sort().join(","), ...filters })}`;
  }

  #deliver(name: keyof LiveEvents, data: string): void {
    const event = JSON.parse(data);
    for (const { on } of this.#served) (on[name] as ((event: unknown) => void) | undefined)?.(event);
  }

  #become(state: LiveState): void {
    if (state === this.#state) return;
    this.#state = state;
    for (const watcher of this.#watchers) watcher();
  }
}

export const liveHub = new LiveHub();
