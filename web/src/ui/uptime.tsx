import { memo } from "react";
import { formatFull } from "../format/time.ts";
import { useEachSecond } from "./moment.tsx";
import { formatUptime } from "./uptime-words.ts";

/** How long something has been as it is: "12 s", "5 m", "3 h". */
export const Uptime = memo(function Uptime({ sinceMs }: { readonly sinceMs: number }) {
  const text = useEachSecond((nowMs) => formatUptime(nowMs - sinceMs));
  return <span title={`since ${formatFull(sinceMs)}`}>{text}</span>;
});
