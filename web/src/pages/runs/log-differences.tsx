import { Badge } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import type { LogDifference } from "../../api/types.ts";
import { formatCount } from "../../format/number.ts";
import { LevelBadge } from "../../ui/badges.tsx";
import { Message } from "../../ui/message.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { Cell, VirtualRows } from "../../ui/virtual-rows.tsx";
import { searchableText } from "./run-words.ts";
import classes from "./runs.module.css";

interface LogDifferencesProps {
  readonly logs: readonly LogDifference[];
  readonly before: string;
  readonly after: string;
}

/** Warnings and errors that only one of the runs has; a row leads to its lines. */
export function LogDifferences({ logs, before, after }: LogDifferencesProps) {
  const navigate = useNavigate();
  if (logs.length === 0) {
    return (
      <Message
        kind="empty"
        title="Both runs log the same warnings and errors"
        hint="Numbers and ids in them are left out of the comparison."
      />
    );
  }
  return (
    <VirtualRows
      label="Warnings and errors of only one run"
      rows={logs}
      rowKey={({ service, level, pattern }) => `${service} ${level} ${pattern}`}
      rowHeight={34}
      columns="60px 70px 160px minmax(200px, 1fr) 80px 80px"
      head={["When", "Level", "Service", "Message", "Before", "After"]}
      endColumns={["Before", "After"]}
      onOpen={({ service, level, pattern, after: count }) =>
        void navigate({
          to: "/logs",
          search: { service, level, q: searchableText(pattern), run: count > 0 ? after : before },
        })
      }
      render={({ service, level, pattern, before: was, after: is }) => (
        <>
          <Cell>
            <Badge color={was === 0 ? "red" : "gray"}>{was === 0 ? "new" : "gone"}</Badge>
          </Cell>
          <Cell>
            <LevelBadge level={level} />
          </Cell>
          <Cell>
            <ServiceName service={service} plain />
          </Cell>
          <Cell>
            <span className={classes["pattern"]} title={pattern}>
              {pattern}
            </span>
          </Cell>
          <Cell end>{formatCount(was)}</Cell>
          <Cell end>{formatCount(is)}</Cell>
        </>
      )}
    />
  );
}
