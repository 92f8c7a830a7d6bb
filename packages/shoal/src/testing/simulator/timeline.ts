import { hashOf } from "./hash-of.ts";

/** Something that happened in a world. */
export interface TimelineEvent {
  readonly atMs: number;
  /** Whom it happened to: an instance, "registry", "network" or "load". */
  readonly who: string;
  readonly what: string;
  /** Who else was part of it; "" for nobody. */
  readonly whom: string;
}

/** What happened in a world, in order. */
export interface Timeline {
  /** Faults, starts, registry changes, warnings and the load's sum of each second: the first 10 000 are kept. */
  readonly milestones: readonly TimelineEvent[];
  /** The last messages, oldest first: 2 000 are kept. */
  readonly messages: () => readonly TimelineEvent[];
  /** A number made of everything that ever happened here: two runs with the same one went the same way. */
  readonly fingerprint: () => number;
  /** For people: all milestones, and the last `messagesMax` messages. Default 20. */
  readonly text: (messagesMax?: number) => string;
}

/** A timeline as those who write it see it. */
export interface TimelineWriter extends Timeline {
  readonly milestone: (who: string, what: string) => void;
  readonly message: (who: string, what: string, whom: string) => void;
}

const MILESTONES_MAX = 10_000;
const MESSAGES_MAX = 2_000;
/** Different texts whose hash is remembered. */
const TEXTS_MAX = 10_000;

/** @param now The world's time, in ms. */
export function createTimeline(now: () => number): TimelineWriter {
  const milestones: TimelineEvent[] = [];
  const messages: TimelineEvent[] = [];
  let oldest = 0;
  const hashes = new Map<string, number>();
  let fingerprint = 0x811c9dc5;

  /** Most texts come again and again. */
  const hashFor = (text: string) => {
    const known = hashes.get(text);
    if (known !== undefined) return known;
    const hash = hashOf(text);
    if (hashes.size < TEXTS_MAX) hashes.set(text, hash);
    return hash;
  };
  const fold = (value: number) => {
    fingerprint = Math.imul(fingerprint ^ value, 0x01000193) >>> 0; // FNV-1a, a word at a time
  };
  const noted = (who: string, what: string, whom: string): TimelineEvent => {
    const atMs = now();
    fold(Math.floor(atMs * 1_000));
    for (const text of [who, what, whom]) fold(hashFor(text));
    return { atMs, who, what, whom };
  };
  const inOrder = () => [...messages.slice(oldest), ...messages.slice(0, oldest)];

  return {
    milestones,
    messages: inOrder,
    fingerprint: () => fingerprint,
    milestone(who, what) {
      const event = noted(who, what, "");
      if (milestones.length < MILESTONES_MAX) milestones.push(event);
    },
    message(who, what, whom) {
      const event = noted(who, what, whom);
      if (messages.length < MESSAGES_MAX) return void messages.push(event);
      messages[oldest] = event;
      oldest = (oldest + 1) % MESSAGES_MAX;
    },
    text(messagesMax = 20) {
      const last = inOrder().slice(Math.max(0, messages.length - messagesMax));
      return [...milestones.map(lineOf), "the last messages:", ...last.map(lineOf)].join("\n");
    },
  };
}

function lineOf({ atMs, who, what, whom }: TimelineEvent): string {
  return `${atMs.toFixed(1).padStart(10)} ms  ${who.padEnd(14)} ${what}${whom === "" ? "" : ` ${whom}`}`;
}
