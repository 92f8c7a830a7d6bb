/** Somebody's place in a line. */
export interface Place<Item> {
  readonly item: Item;
  before: Place<Item> | undefined;
  behind: Place<Item> | undefined;
  isTaken: boolean;
}

/**
 * A line that anybody can leave at any time, in the order of arrival. No Set, whose outgrown tables would keep all who
 * come later alive (see `CallTable`); and who leaves lets its neighbours go, for the same reason.
 */
export class Line<Item> {
  #first: Place<Item> | undefined;
  #last: Place<Item> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Place<Item> | undefined {
    return this.#first;
  }

  add(item: Item): Place<Item> {
    const place: Place<Item> = { item, before: this.#last, behind: undefined, isTaken: true };
    if (this.#last === undefined) this.#first = place;
    else this.#last.behind = place;
    this.#last = place;
    this.#size += 1;
    return place;
  }

  /** Nothing happens when it has left already. */
  leave(place: Place<Item>): void {
    if (!place.isTaken) return;
    const { before, behind } = place;
    if (before === undefined) this.#first = behind;
    else before.behind = behind;
    if (behind === undefined) this.#last = before;
    else behind.before = before;
    place.before = undefined;
    place.behind = undefined;
    place.isTaken = false;
    this.#size -= 1;
  }
}
