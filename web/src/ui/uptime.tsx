import { formatFull } from "../format/time.ts";
import { useSecond } from "./moment.tsx";
import { formatUptime } from "./uptime-words.ts";

/** How long something has been as it is: "12 s", "5 m", "3 h". */
export function Uptime({ sinceMs }: { readonly sinceMs: number }) {
  const text = formatUptime(useSecond() - sinceMs);
  return <span title={`since ${formatFull(sinceMs)}`}>{text}</span>;
}
