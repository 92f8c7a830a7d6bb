import type { Cancel } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import type { Ports } from "../core/service.ts";
import type { ControlLink, LinkStream } from "./control-link.ts";
import type { Identity } from "./identity.ts";
import type { Snapshot } from "./instance.ts";
import { snapshotIn } from "./instance-check.ts";
import type { Watch, WatchEvents } from "./port.ts";
import { reconnectDelayMs } from "./reconnect-delay.ts";
import { createSseParser, type ServerSentEvent } from "./sse-parser.ts";

/** Silence after which a stream counts as dead, in ms: three heartbeats of 5 s. */
export const SILENCE_MS_MAX = 15_000;
/** A stream that lived this long was well, in ms: the next failure starts the back-off afresh. */
const WELL_MS = 5_000;
/** Over this many services the watch asks for all of them: the names must fit in a request line. */
export const NAMED_SERVICES_MAX = 100;
/** Longest event, in characters: a registry full of instances makes about 3 million. */
const EVENT_CHARS_MAX = 16 * 1_024 * 1_024;

export interface WatchStreamOptions {
  readonly ports: Ports;
  readonly link: Pick<ControlLink, "stream">;
  readonly place: Pick<Identity, "realm" | "fallbackRealms">;
  readonly events: WatchEvents;
  /** The registry answers again after it was out of reach. */
  readonly onBack: () => void;
}

/** One connection to the registry. */
interface Stream {
  /** The services it asked for; undefined: all. */
  readonly services: readonly string[] | undefined;
  readonly openedMs: number;
  readonly close: () => void;
  readonly hold: (held: boolean) => void;
}

/**
 * Watches over one event stream at a time. A new service means a new stream, opened beside the old one, which goes on
 * until the new one has delivered: at no moment is anybody without news.
 */
export function watchStream(options: WatchStreamOptions): Watch {
  const { ports, events, onBack } = options;
  const wanted = new Set<string>();
  let live: Stream | undefined;
  let opening: Stream | undefined;
  let cancelConnect: Cancel | undefined;
  let failures = 0;
  let stale = false;
  let closed = false;
  /** What a stream of all services told last: it holds the answer for a service that is added later. */
  let everything: Snapshot | undefined;

  const connectAfter = (ms: number) => {
    if (closed || opening) return;
    cancelConnect?.();
    cancelConnect = ports.clock.after(ms, connect);
  };
  const connect = () => {
    cancelConnect = undefined;
    const services = wanted.size > NAMED_SERVICES_MAX ? undefined : [...wanted];
    opening = openStream(options, services, { onEvent, onEnd });
  };
  const onEvent = (stream: Stream, event: ServerSentEvent): string | undefined => {
    const snapshot = snapshotOf(event.data);
    if (!snapshot) return "the control plane sent what is no snapshot";
    if (stream === opening) {
      live?.close();
      live = stream;
      opening = undefined;
      stream.hold(false);
      if (stale) onBack();
      stale = false;
      if (stream.services && stream.services.length < wanted.size) connectAfter(0);
    }
    everything = stream.services ? undefined : snapshot;
    events.onSnapshot({ ...snapshot, watched: stream.services ?? [...wanted] });
    return undefined;
  };
  const onEnd = (stream: Stream, reason: string) => {
    failures = stream === live && ports.clock.now() - stream.openedMs >= WELL_MS ? 1 : failures + 1;
    if (stream === live) live = undefined;
    if (stream === opening) opening = undefined;
    if (!live) {
      stale = true;
      everything = undefined;
      events.onStale(reason);
    }
    connectAfter(reconnectDelayMs(failures, ports.random));
  };

  return {
    add(service) {
      if (closed || wanted.has(service)) return;
      wanted.add(service);
      if (everything) events.onSnapshot({ ...everything, watched: [...wanted] });
      // while a reconnection waits, it will take the new service along; a fresh one waits for the rest of this turn
      else if (cancelConnect === undefined) connectAfter(0);
    },
    close() {
      closed = true;
      cancelConnect?.();
      live?.close();
      opening?.close();
    },
  };
}

interface StreamEvents {
  /** Returns what is wrong with the event, which ends the stream. */
  readonly onEvent: (stream: Stream, event: ServerSentEvent) => string | undefined;
  readonly onEnd: (stream: Stream, reason: string) => void;
}

function openStream(
  { ports, link, place }: WatchStreamOptions,
  services: readonly string[] | undefined,
  events: StreamEvents,
): Stream {
  let lastMs = ports.clock.now();
  let ended = false;
  let opened: LinkStream | undefined;
  let cancelSilence: Cancel | undefined;

  const close = () => {
    ended = true;
    cancelSilence?.();
    opened?.close();
  };
  const end = (reason: string) => {
    if (ended) return;
    close();
    events.onEnd(stream, reason);
  };
  const listen = (ms: number) => {
    cancelSilence = ports.clock.after(ms, () => {
      const silentMs = ports.clock.now() - lastMs;
      if (silentMs >= SILENCE_MS_MAX) end(`silent for ${SILENCE_MS_MAX} ms`);
      else listen(SILENCE_MS_MAX - silentMs);
    });
  };
  const parser = createSseParser((event) => {
    if (ended || event.event !== "snapshot") return;
    const problem = events.onEvent(stream, event);
    if (problem) end(problem);
  }, EVENT_CHARS_MAX);
  const stream: Stream = { services, openedMs: lastMs, close, hold: (held) => opened?.hold(held) };

  listen(SILENCE_MS_MAX);
  opened = link.stream(watchPath(services, place), {
    onText(text) {
      lastMs = ports.clock.now();
      try {
        parser.push(text);
      } catch (cause) {
        end(messageOf(cause));
      }
    },
    onEnd: end,
  });
  return stream;
}

/** The address of a watch. Exact names travel as they are: a name has no character that needs escaping. */
function watchPath(services: readonly string[] | undefined, place: Pick<Identity, "realm" | "fallbackRealms">): string {
  const query = new URLSearchParams();
  for (const service of services ?? ["*"]) query.append("service", service);
  query.append("realm", place.realm);
  for (const [service, realm] of Object.entries(place.fallbackRealms)) {
    if (!services || services.includes(service)) query.append("fallback", `${service}:${realm}`);
  }
  return `/registry/v1/watch?${query}`;
}

function snapshotOf(data: string): Snapshot | undefined {
  try {
    return snapshotIn(parseJson(data));
  } catch {
    return undefined;
  }
}
