import { FIRST_CHOICE, PALETTE } from "./service-palette.ts";

/**
 * Which colour of the palette each name has: all another, as far as it goes. The same names always have the same, and a
 * further name takes a colour from few: a stable matching (Gale and Shapley 1962), in which names ask for the colours in an
 * order of their own and each colour keeps whom it likes best, whoever asked first.
 */
export function assignColors(names: Iterable<string>): ReadonlyMap<string, number> {
  const holders = new Map<number, string>();
  const asked = new Map<string, number>();
  const colors = new Map<string, number>();
  const waiting = [...new Set(names)];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const next = asked.get(name) ?? 0;
    const color = wishes(name)[next];
    if (color === undefined) {
      colors.set(name, anyColor(name));
      continue;
    }
    asked.set(name, next + 1);
    const holder = holders.get(color);
    if (holder !== undefined && likes(color, holder, name)) {
      waiting.push(name);
      continue;
    }
    holders.set(color, name);
    if (holder !== undefined) waiting.push(holder);
  }
  for (const [color, name] of holders) colors.set(name, color);
  return colors;
}

/** For a name that is none of those that are told apart. */
export function anyColor(name: string): number {
  return hash(name) % PALETTE.length;
}

const known = new Map<string, readonly number[]>();

/** Colours in the order in which a name asks for them: those that everybody can tell apart first. */
function wishes(name: string): readonly number[] {
  const before = known.get(name);
  if (before) return before;
  if (known.size > 1_000) known.clear();
  const by = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, index) => from + index).sort(
      (left, right) => hash(`${name}\n${left}`) - hash(`${name}\n${right}`),
    );
  const made = [...by(0, FIRST_CHOICE), ...by(FIRST_CHOICE, PALETTE.length)];
  known.set(name, made);
  return made;
}

/** Whether a colour likes one name better than another. */
function likes(color: number, one: string, other: string): boolean {
  const [left, right] = [hash(`${color}\n${one}`), hash(`${color}\n${other}`)];
  return left === right ? one < other : left < right;
}

/** FNV-1a, its bits mixed as in MurmurHash3: names differ by a letter, and their colours must not. */
export function hash(text: string): number {
  let value = 2_166_136_261;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 16_777_619);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
