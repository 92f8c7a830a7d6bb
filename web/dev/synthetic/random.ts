/** Chance that can be repeated: mulberry32 of Tommy Ettinger, good enough for made-up data. */
export interface Random {
  /** 0 to 1. */
  readonly next: () => number;
  /** Both ends included. */
  readonly integer: (min: number, max: number) => number;
  readonly chance: (share: number) => boolean;
  readonly pick: <Item>(items: readonly Item[]) => Item;
  /** Lower-case hexadecimal digits, never all zero. */
  readonly hex: (digits: number) => string;
  /** Around `middle`, with the long tail that durations have. */
  readonly skewed: (middle: number) => number;
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    integer,
    chance: (share) => next() < share,
    pick: (items) => {
      const item = items[integer(0, items.length - 1)];
      if (item === undefined) throw new Error("nothing to pick from");
      return item;
    },
    hex: (digits) => `1${Array.from({ length: digits - 1 }, () => integer(0, 15).toString(16)).join("")}`,
    skewed: (middle) => middle * Math.exp((next() + next() + next() - 1.5) * 1.1) * (next() < 0.02 ? 6 : 1),
  };
}
