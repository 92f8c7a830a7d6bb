import type { Grouping } from "../../control/fleet/grouping.ts";

/** Which services share a process, and which do not and why: a line each, none when all is as ever. */
export function groupingText({ groups, apart, notes }: Grouping): readonly string[] {
  const shared = groups.map(({ name, members, instances }) => {
    const times = instances === 1 ? "" : `, ${instances} times`;
    return `${name}: one process runs ${[...members.keys()].join(", ")}${times}`;
  });
  const byReason = Map.groupBy(apart, ([, reason]) => reason);
  const left = [...byReason].map(([reason, services]) => {
    const names = services.map(([service]) => service).join(", ");
    return `apart: ${names}: ${reason}`;
  });
  return [...shared, ...notes, ...left];
}
