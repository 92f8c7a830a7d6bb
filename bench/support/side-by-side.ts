import { median } from "./results.ts";

/** Readings of several sides that took turns: what was read in one turn met the same machine, and is compared with itself. */
export interface Turns<Name extends string, Reading> {
  /** Lets every side have its turn, in another order each time: who comes after the same neighbour pays for what it left. */
  readonly take: (read: (name: Name) => Promise<Reading>) => Promise<void>;
  /** The middle of what one side read. */
  readonly middle: (name: Name, of: (reading: Reading) => number) => number;
  /** The middle of what was found in each turn. */
  readonly middleOfTurns: (of: (turn: Readonly<Record<Name, Reading>>) => number) => number;
  readonly readings: (name: Name) => readonly Reading[];
}

export function createTurns<Name extends string, Reading>(names: readonly Name[]): Turns<Name, Reading> {
  const turns: Readonly<Record<Name, Reading>>[] = [];
  const readings = (name: Name) => turns.map((turn) => turn[name]);
  return {
    async take(read) {
      const turn: Partial<Record<Name, Reading>> = {};
      for (const name of shuffled(names)) turn[name] = await read(name);
      turns.push(turn as Record<Name, Reading>);
    },
    middle: (name, of) => median(readings(name).map(of)),
    middleOfTurns: (of) => median(turns.map(of)),
    readings,
  };
}

function shuffled<Item>(items: readonly Item[]): readonly Item[] {
  return items
    .map((item) => ({ item, at: Math.random() }))
    .sort((left, right) => left.at - right.at)
    .map(({ item }) => item);
}
