import { CRITICALITIES, type Criticality } from "../core/criticality.ts";

/** Someone in a line. Made by `add`, and good for `remove` until then. */
export interface Place<Item> {
  readonly item: Item;
  readonly criticality: Criticality;
  /** Grows with each arrival. */
  readonly number: number;
  older: Place<Item> | undefined;
  newer: Place<Item> | undefined;
}

/** Those who wait, in order of arrival and by criticality; every operation takes the same short time. */
export interface WaitingLine<Item> {
  readonly add: (criticality: Criticality, item: Item) => Place<Item>;
  /** Takes out one who is in the line. */
  readonly remove: (place: Place<Item>) => void;
  /** Who has waited longest, whatever their criticality. */
  readonly oldest: () => Place<Item> | undefined;
  /** The last to come of the most critical. */
  readonly newestOfMostCritical: () => Place<Item> | undefined;
  /** The first to come of the least critical. */
  readonly oldestOfLeastCritical: () => Place<Item> | undefined;
  readonly size: () => number;
}

/** The line of one criticality: a list linked both ways, so that one in the middle can leave at once. */
interface Lane<Item> {
  oldest: Place<Item> | undefined;
  newest: Place<Item> | undefined;
}

export function createWaitingLine<Item>(): WaitingLine<Item> {
  const laneOf: Readonly<Record<Criticality, Lane<Item>>> = { critical: lane(), default: lane(), sheddable: lane() };
  /** Most critical first. */
  const lanes = CRITICALITIES.map((criticality) => laneOf[criticality]);
  let arrivals = 0;
  let size = 0;

  return {
    add(criticality, item) {
      const own = laneOf[criticality];
      const place: Place<Item> = { item, criticality, number: arrivals++, older: own.newest, newer: undefined };
      if (own.newest) own.newest.newer = place;
      else own.oldest = place;
      own.newest = place;
      size += 1;
      return place;
    },
    remove(place) {
      const { criticality, older, newer } = place;
      const own = laneOf[criticality];
      if (older) older.newer = newer;
      else own.oldest = newer;
      if (newer) newer.older = older;
      else own.newest = older;
      place.older = undefined; // who leaves keeps nobody alive: see TimeLimits
      place.newer = undefined;
      size -= 1;
    },
    oldest: () =>
      lanes.reduce<Place<Item> | undefined>(
        (first, { oldest }) => (oldest && (!first || oldest.number < first.number) ? oldest : first),
        undefined,
      ),
    newestOfMostCritical: () => lanes.find(({ newest }) => newest)?.newest,
    oldestOfLeastCritical: () => lanes.findLast(({ oldest }) => oldest)?.oldest,
    size: () => size,
  };
}

function lane<Item>(): Lane<Item> {
  return { oldest: undefined, newest: undefined };
}
