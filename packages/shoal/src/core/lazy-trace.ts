import type { Random } from "./clock.ts";
import { randomHex, type TraceContext } from "./trace-context.ts";

/**
 * A span whose ids are made when somebody reads them: of a trace that nobody records they are read by a line of the log
 * or a call to another process, and to make them costs as much as the rest of a call within one.
 */
export class LazyTrace implements TraceContext {
  readonly flags: number;
  readonly state: string;
  readonly #parent: TraceContext | undefined;
  readonly #random: Random;
  #traceId = "";
  #spanId = "";

  /** @param parent The span above; undefined for the first of a new trace. */
  constructor(parent: TraceContext | undefined, random: Random, flags = parent?.flags ?? 0) {
    this.flags = flags;
    this.state = parent?.state ?? "";
    this.#parent = parent;
    this.#random = random;
  }

  get traceId(): string {
    if (this.#parent !== undefined) return this.#parent.traceId;
    if (this.#traceId === "") this.#traceId = randomHex(this.#random, 4);
    return this.#traceId;
  }

  get spanId(): string {
    if (this.#spanId === "") this.#spanId = randomHex(this.#random, 2);
    return this.#spanId;
  }

  get parentSpanId(): string | undefined {
    return this.#parent?.spanId;
  }

  /** As of a plain one, for whoever prints it. */
  toJSON(): TraceContext {
    const { traceId, spanId, flags, state, parentSpanId } = this;
    return { traceId, spanId, flags, state, parentSpanId };
  }
}
