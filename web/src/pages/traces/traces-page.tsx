import { ActionIcon, Button, Skeleton, Stack, Text, Tooltip } from "@mantine/core";
import { IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo, useRef, useState } from "react";
import { counted, formatCount } from "../../format/number.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { NewRowsButton } from "../../ui/new-rows-button.tsx";
import { Page } from "../../ui/page.tsx";
import { WidenSearch } from "../../ui/widen-search.tsx";
import { TraceList } from "./trace-list.tsx";
import { TraceScatter } from "./trace-scatter.tsx";
import classes from "./traces.module.css";
import { TracesFilters } from "./traces-filters.tsx";
import { isFiltered, markedOf, NO_TRACES_FILTERS, toggleMarked, tracesQuery } from "./traces-query.ts";
import { useTraces } from "./use-traces.ts";
import { useTracesSearch } from "./use-traces-search.ts";

/** What happened in the fleet, call by call. */
export function TracesPage() {
  const { search, change } = useTracesSearch();
  const navigate = useNavigate();
  const { compare, ...wanted } = search;
  const key = JSON.stringify(wanted);
  // "The last hour" is counted from when it was chosen: otherwise each render would ask anew.
  const query = useMemo(() => tracesQuery(JSON.parse(key), Date.now()), [key]);
  const [isAway, setAway] = useState(false);
  const [isPaused, setPaused] = useState(false);
  const list = useTraces(query, isAway || isPaused);
  const marked = markedOf(search);
  const onMark = useCallback(
    (id: string) => change({ compare: toggleMarked(markedOf(search), id).join(",") || undefined }, true),
    [search, change],
  );
  const onAway = (away: boolean) => {
    setAway(away);
    if (!away && !isPaused) list.showNew();
  };
  const place = useRef<HTMLDivElement>(null);
  const showNew = () => {
    list.showNew();
    place.current?.querySelector('[role="rowgroup"]')?.scrollTo({ top: 0 });
  };
  return (
    <Page
      title="Traces"
      tabTitle="Traces"
      bar={<TracesFilters />}
      actions={
        <>
          <CompareAction marked={marked} />
          <NewRowsButton count={list.waiting} onShow={showNew} />
          <Text
            size="sm"
            c="var(--shoal-text-quiet)"
            role="status"
            aria-live={list.isLive && !isPaused ? "off" : "polite"}
          >
            {counted(list.traces.length, "trace")}
            {list.dropped > 0 && `, ${formatCount(list.dropped)} came too fast to show`}
          </Text>
          {list.isLive && (
            <PauseAction
              isPaused={isPaused}
              onToggle={() => {
                setPaused(!isPaused);
                if (isPaused && !isAway) list.showNew();
              }}
            />
          )}
        </>
      }
    >
      {list.error !== null && list.traces.length === 0 ? (
        <ErrorMessage error={list.error}>
          <Button onClick={list.retry}>Try again</Button>
        </ErrorMessage>
      ) : list.isPending ? (
        <ListLoading />
      ) : list.traces.length === 0 ? (
        <NoTraces
          filtered={isFiltered(search)}
          onClear={() => change(NO_TRACES_FILTERS)}
          onAllRuns={search.run === undefined ? () => change({ run: "all" }) : undefined}
        />
      ) : (
        <div className={classes["page"]} data-stale={list.isStale || undefined}>
          <TraceScatter
            traces={list.traces}
            onBrush={(from, to) => change({ from: String(from), to: String(to), range: undefined })}
            onOpen={({ traceId }) => void navigate({ to: "/traces/$trace", params: { trace: traceId } })}
          />
          <TraceList
            traces={list.traces}
            marked={marked}
            onMark={onMark}
            onEnd={list.more}
            onAway={onAway}
            place={place}
          />
        </div>
      )}
    </Page>
  );
}

function CompareAction({ marked }: { readonly marked: readonly string[] }) {
  const [first, second] = marked;
  if (first === undefined) return null;
  if (second === undefined) {
    return (
      <Text size="sm" c="var(--shoal-text-quiet)">
        Mark another to compare
      </Text>
    );
  }
  return (
    <Button
      renderRoot={(props) => (
        <Link {...props} to="/traces/$trace" params={{ trace: first }} search={{ with: second }} />
      )}
    >
      Compare the two
    </Button>
  );
}

function PauseAction({ isPaused, onToggle }: { readonly isPaused: boolean; readonly onToggle: () => void }) {
  const label = isPaused ? "Show new traces" : "Stand still";
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} onClick={onToggle}>
        {isPaused ? <IconPlayerPlay size={16} /> : <IconPlayerPause size={16} />}
      </ActionIcon>
    </Tooltip>
  );
}

interface NoTracesProps {
  readonly filtered: boolean;
  readonly onClear: () => void;
  /** Undefined when more than this run is looked at already. */
  readonly onAllRuns: (() => void) | undefined;
}

function NoTraces({ filtered, onClear, onAllRuns }: NoTracesProps) {
  if (!filtered) {
    return (
      <Message
        kind="empty"
        title="No traces yet"
        hint="Call a service, from the Explorer or with curl: its trace appears here within a second. Programs in other languages send theirs by OTLP."
      >
        <WidenSearch onAllRuns={onAllRuns}>
          <Button variant="default" renderRoot={(props) => <Link {...props} to="/explorer" />}>
            Open the Explorer
          </Button>
        </WidenSearch>
      </Message>
    );
  }
  return (
    <Message kind="empty" title="No trace is like that" hint="Widen the filters. Traces of earlier runs are kept, too.">
      <WidenSearch onClear={onClear} onAllRuns={onAllRuns} />
    </Message>
  );
}

function ListLoading() {
  return (
    <Stack gap={6} p="md" role="status" aria-busy="true" aria-label="Loading traces">
      <Skeleton height={132} mb="xs" />
      {Array.from({ length: 12 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={at} height={28} />
      ))}
    </Stack>
  );
}
