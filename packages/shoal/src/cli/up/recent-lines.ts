import type { FleetLine } from "../../control/fleet/line-buffer.ts";

/** Lines kept for each service: enough for the message and the top of a stack. */
const LINES_MAX = 12;

/**
 * Lines that say nothing about why a program failed: empty ones, brackets, Node's and Shoal's own frames, what a
 * system error repeats in fields, Node's version.
 */
const NOISE =
  /^[\s{}^]*$|^\s+at .*\(?(node:internal|.*\/node_modules\/shoal\/)|^\s+(code|errno|syscall|url): |^Node\.js v\d/;

/** The last lines that each service printed. Bounded by the number of services of the fleet, and without noise. */
export interface RecentLines {
  readonly add: (lines: readonly FleetLine[]) => void;
  /** Oldest first. */
  readonly of: (service: string) => readonly FleetLine[];
  /** The same, and forgets them: so that nothing is told twice. */
  readonly take: (service: string) => readonly FleetLine[];
}

export function recentLines(): RecentLines {
  const byService = new Map<string, FleetLine[]>();
  return {
    add(lines) {
      for (const line of lines) {
        if (NOISE.test(line.text)) continue;
        const kept = byService.get(line.service) ?? [];
        kept.push(line);
        if (kept.length > LINES_MAX) kept.shift();
        byService.set(line.service, kept);
      }
    },
    of: (service) => byService.get(service) ?? [],
    take(service) {
      const lines = byService.get(service) ?? [];
      byService.delete(service);
      return lines;
    },
  };
}
