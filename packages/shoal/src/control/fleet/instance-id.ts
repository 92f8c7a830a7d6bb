import type { Random } from "../../core/clock.ts";

/** Such as "quotes-2-k3x9": unique for each start, and short enough for a table. */
export function newInstanceId(random: Random, service: string, slot: number): string {
  const suffix = Math.floor(random() * 36 ** 4).toString(36);
  return `${service}-${slot}-${suffix.padStart(4, "0")}`;
}
