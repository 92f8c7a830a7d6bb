import type { Random } from "../../core/clock.ts";

const LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";
const CHANCE_CHARS = 4;

/** An id that sorts by time and is read aloud easily: 20261121-055912-k3f9 (UTC). Pure but for chance. */
export function newRunId(wallMs: number, random: Random): string {
  const [date = "", time = ""] = new Date(wallMs).toISOString().split("T");
  const chance = Array.from({ length: CHANCE_CHARS }, () => LETTERS[Math.floor(random() * LETTERS.length)]).join("");
  return `${date.replaceAll("-", "")}-${time.slice(0, 8).replaceAll(":", "")}-${chance}`;
}

/** What SHOAL_RUN may be. */
export function isRunId(text: string): boolean {
  return /^[\w.-]{1,64}$/.test(text) && text !== "all";
}
