import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import type { LogEntry } from "../api/types.ts";
import type { LogFilters } from "./log-filters.ts";
import { useLogTail } from "./log-tail.ts";
import { LogView } from "./log-view.tsx";
import { ErrorMessage, Message } from "./message.tsx";

interface LogLinesProps extends LogFilters {
  /** With the lines that come from now on. Default true. */
  readonly live?: boolean;
  /** Long lines go on below. Default false. */
  readonly wrap?: boolean;
  /** With it the fields of a line are buttons that ask for a filter. */
  readonly onFilter?: (filters: LogFilters) => void;
  readonly onContext?: (line: LogEntry) => void;
  readonly label?: string;
  /** Instead of the lines while there are none. Default: that they will come. */
  readonly empty?: ReactNode;
}

const NONE_YET = <Message kind="empty" title="No lines yet" hint="What it prints appears here within a second." />;

/** The lines of a service, a trace or a search, in the height of its place; live. */
export function LogLines({
  live = true,
  wrap = false,
  onFilter,
  onContext,
  label,
  empty = NONE_YET,
  ...filters
}: LogLinesProps) {
  const tail = useLogTail(filters, live);
  if (tail.state === "failed") {
    return (
      <ErrorMessage error={tail.error}>
        <Button onClick={tail.retry}>Try again</Button>
      </ErrorMessage>
    );
  }
  return (
    <LogView
      tail={tail}
      text={filters.text}
      wrap={wrap}
      withService={filters.service === undefined}
      onFilter={onFilter}
      onContext={onContext}
      {...(label === undefined ? {} : { label })}
      empty={empty}
    />
  );
}
