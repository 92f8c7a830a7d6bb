import type { InstanceStatus } from "../../control/api/contract.ts";
import type { FleetLine } from "../../control/fleet/line-buffer.ts";
import { printable, truncate, wrap } from "../terminal/display-width.ts";
import { count } from "../terminal/format.ts";
import { readableLine } from "../terminal/readable-line.ts";
import { type Paint, painter } from "../terminal/style.ts";
import { isFailing } from "./fleet-view.ts";
import type { RecentLines } from "./recent-lines.ts";

/** Reasons that are shown, and lines of each: the table must stay in sight. */
const REASONS_SHOWN = 3;
const REASON_LINES_MAX = 4;
const PRINTED_SHOWN = 5;
/** Services that a reason names before it counts the rest. */
const NAMES_SHOWN = 5;

/** Why services fail and what they said last; services with the same reason, such as one broken import, together. */
export function failingLines(
  instances: readonly InstanceStatus[],
  recent: RecentLines,
  { width, paint }: { readonly width: number; readonly paint: Paint },
): string[] {
  const byReason = Map.groupBy(instances.filter(isFailing), ({ state, reason }) => reason ?? state);
  const shown = [...byReason].slice(0, REASONS_SHOWN).flatMap(([reason, group]) => {
    const services = [...new Set(group.map(({ service }) => service))];
    const head = wrap(printable(`${namesText(services)}: ${reason}`), width, REASON_LINES_MAX);
    const printed = recent
      .of(services[0] ?? "")
      .filter((line) => line.stream !== "shoal" && !reason.includes(line.text.trim().slice(0, QUOTED_MAX)))
      .slice(-PRINTED_SHOWN);
    const body = printed.map((line) => paint("dim", truncate(`  ${lineText(line)}`, width)));
    return ["", ...head.map((text) => paint("red", text)), ...body];
  });
  const more = byReason.size - REASONS_SHOWN;
  return more > 0
    ? [...shown, "", paint("dim", truncate(`… and ${count(more, "more reason")}: see \`shoal ps\``, width))]
    : shown;
}

/** A reason quotes the beginning of a long line. */
const QUOTED_MAX = 100;

function namesText(services: readonly string[]): string {
  const more = services.length - NAMES_SHOWN;
  const names = services.slice(0, NAMES_SHOWN).join(", ");
  return more > 0 ? `${names} and ${more} more` : names;
}

const PLAIN = painter(false);

/** "quotes-1 | text" */
export function lineText({ instance, text }: FleetLine): string {
  return `${instance} | ${readableLine(text, PLAIN)}`;
}
