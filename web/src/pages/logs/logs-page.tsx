import { Button } from "@mantine/core";
import { useMemo } from "react";
import { filtersOf, goesOn } from "../../ui/log-filters.ts";
import { type LogTail, useLogTail } from "../../ui/log-tail.ts";
import { LogView } from "../../ui/log-view.tsx";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { Page } from "../../ui/page.tsx";
import { WidenSearch } from "../../ui/widen-search.tsx";
import { LogContext } from "./log-context.tsx";
import { LogsActions } from "./logs-actions.tsx";
import { LogsFilters } from "./logs-filters.tsx";
import { isFiltered, logsQuery, NO_LOG_FILTERS, patchFor } from "./logs-query.ts";
import { useLogsSearch } from "./use-logs-search.ts";

/** What the fleet prints, as it prints it. */
export function LogsPage() {
  const { search, change } = useLogsSearch();
  const { line, wrap, ...wanted } = search;
  const key = JSON.stringify(wanted);
  // "The last hour" is counted from when it was chosen: otherwise each render would ask anew.
  const filters = useMemo(() => filtersOf(logsQuery(JSON.parse(key), Date.now())), [key]);
  const tail = useLogTail(filters);
  return (
    <Page
      title="Logs"
      tabTitle="Logs"
      bar={<LogsFilters />}
      actions={
        <LogsActions
          tail={tail}
          live={goesOn(filters)}
          wrap={wrap !== undefined}
          onWrap={() => change({ wrap: wrap === undefined ? "1" : undefined }, true)}
        />
      }
    >
      {tail.state === "failed" ? (
        <ErrorMessage error={tail.error}>
          <Button onClick={tail.retry}>Try again</Button>
        </ErrorMessage>
      ) : (
        <LogView
          tail={tail}
          text={filters.text}
          wrap={wrap !== undefined}
          withService={filters.instance === undefined}
          onFilter={(filter) => change(patchFor(filter, search))}
          onContext={({ seq }) => change({ line: String(seq) })}
          empty={
            <NoLines
              tail={tail}
              filtered={isFiltered(search)}
              onClear={() => change(NO_LOG_FILTERS)}
              onAllRuns={search.run === undefined ? () => change({ run: "all" }) : undefined}
            />
          }
        />
      )}
      <LogContext seq={line} run={filters.run} onClose={() => change({ line: undefined })} />
    </Page>
  );
}

interface NoLinesProps {
  readonly tail: LogTail;
  readonly filtered: boolean;
  readonly onClear: () => void;
  /** Undefined when more than this run is looked at already. */
  readonly onAllRuns: (() => void) | undefined;
}

function NoLines({ tail, filtered, onClear, onAllRuns }: NoLinesProps) {
  if (tail.buffer.isCleared) {
    return (
      <Message kind="empty" title="The screen was cleared" hint="New lines appear here. What was shown is still kept.">
        <Button variant="default" onClick={tail.retry}>
          Show the last lines again
        </Button>
      </Message>
    );
  }
  if (!filtered) {
    return (
      <Message
        kind="empty"
        title="No lines yet"
        hint="What services print on stdout and stderr appears here within a second, and so do log records sent by OTLP."
      />
    );
  }
  return (
    <Message
      kind="empty"
      title="No line is like that"
      hint="Words must all be there, as whole words: begin* finds beginnings. Lines of earlier runs are kept, too."
    >
      <WidenSearch onClear={onClear} onAllRuns={onAllRuns} />
    </Message>
  );
}
