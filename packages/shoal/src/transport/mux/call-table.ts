/** Slots at first, and at most: a call that is far behind the others does not make it grow. Powers of two. */
const SLOTS_MIN = 64;
const SLOTS_MAX = 4_096;

/**
 * The calls under way on a connection, by their numbers, which only grow.
 *
 * No Map: V8 links each table that a Map has outgrown to the next one, and a Map whose entries come and go outgrows one
 * every few calls. Once one of them is old, dead as it is, it keeps the calls of all later ones alive until a full
 * collection: each young one then copied tens of MB, half of what a call cost. `npm run bench -- wire` guards it.
 */
export class CallTable<Call extends { readonly id: number }> {
  #slots: (Call | undefined)[] = emptySlots(SLOTS_MIN);
  /** Those whose slot a later call has taken: few, and long under way. */
  readonly #stragglers = new Map<number, Call>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(id: number): Call | undefined {
    const call = this.#slots[id & (this.#slots.length - 1)];
    if (call !== undefined && call.id === id) return call;
    return this.#stragglers.size === 0 ? undefined : this.#stragglers.get(id);
  }

  has(id: number): boolean {
    return this.get(id) !== undefined;
  }

  /** @param call Of a number that was never added before. */
  add(call: Call): void {
    this.#size += 1;
    if (this.#size > this.#slots.length / 2 && this.#slots.length < SLOTS_MAX) this.#grow();
    this.#put(call);
  }

  /** Forgets a call. Nothing happens when it is not here. */
  delete(id: number): void {
    const at = id & (this.#slots.length - 1);
    if (this.#slots[at]?.id === id) this.#slots[at] = undefined;
    else if (!this.#stragglers.delete(id)) return;
    this.#size -= 1;
  }

  clear(): void {
    this.#slots = emptySlots(SLOTS_MIN);
    this.#stragglers.clear();
    this.#size = 0;
  }

  /** All of them, in the order of their numbers: a copy, so that they may leave meanwhile. */
  all(): Call[] {
    const inSlots = this.#slots.filter((call) => call !== undefined);
    return [...this.#stragglers.values(), ...inSlots].sort((left, right) => left.id - right.id);
  }

  #put(call: Call): void {
    const at = call.id & (this.#slots.length - 1);
    const holder = this.#slots[at];
    if (holder !== undefined) this.#stragglers.set(holder.id, holder);
    this.#slots[at] = call;
  }

  #grow(): void {
    const calls = this.all();
    this.#slots = emptySlots(this.#slots.length * 2);
    this.#stragglers.clear();
    for (const call of calls) this.#put(call);
  }
}

function emptySlots<Call>(count: number): (Call | undefined)[] {
  return new Array<Call | undefined>(count).fill(undefined);
}
