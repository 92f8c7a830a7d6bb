import { Title, UnstyledButton } from "@mantine/core";
import { formatDuration, formatMoment } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import classes from "./explorer.module.css";
import { keptKey } from "./kept-key.ts";
import type { SentEntry } from "./sent-history.ts";
import { keep } from "./session-store.ts";
import { useExplorerSearch } from "./use-explorer-search.ts";

interface SentListProps {
  readonly history: readonly SentEntry[];
  readonly onFilled: () => void;
}

/** What was sent in this session; choosing one fills its form in again. */
export function SentList({ history, onFilled }: SentListProps) {
  const { change } = useExplorerSearch();
  if (history.length === 0) return null;
  const open = ({ service, operation, filled }: SentEntry) => {
    const chosen = operation === "" ? undefined : operation;
    keep(sessionStorage, keptKey(service, chosen), filled);
    change({ service, operation: chosen });
    onFilled();
  };
  return (
    <section aria-label="Sent before">
      <Title order={3} mb={4}>
        Sent before
      </Title>
      {history.map((entry) => (
        <UnstyledButton
          key={entry.id}
          className={classes["sent"] ?? ""}
          onClick={() => open(entry)}
          title={`${formatMoment(entry.timeMs)}: fill this in again`}
        >
          <StatusBadge status={entry.status} />
          <span className={classes["name"]}>
            {entry.service} {entry.method} {entry.target}
          </span>
          <span className={classes["end"]}>{formatDuration(entry.durationMs)}</span>
        </UnstyledButton>
      ))}
    </section>
  );
}
