import type { Cancel } from "../core/clock.ts";
import type { Log } from "../core/log.ts";

/** Who wants to hear of what, by name. */
export interface Listeners<News> {
  readonly add: (name: string, listener: (news: News) => void) => Cancel;
  /** A listener that throws is logged: it is no reason to keep the news from the others. */
  readonly notify: (name: string, news: News) => void;
  readonly clear: () => void;
}

export function createListeners<News>(log: Log): Listeners<News> {
  const byName = new Map<string, Set<(news: News) => void>>();
  return {
    add(name, listener) {
      const list = byName.get(name) ?? new Set();
      byName.set(name, list.add(listener));
      return () => {
        list.delete(listener);
        if (list.size === 0 && byName.get(name) === list) byName.delete(name);
      };
    },
    notify(name, news) {
      // a copy: a listener may take itself or another one away
      for (const listener of [...(byName.get(name) ?? [])]) {
        try {
          listener(news);
        } catch (cause) {
          log.error("a listener of the resolver threw", { cause: String(cause) });
        }
      }
    },
    clear: () => byName.clear(),
  };
}
