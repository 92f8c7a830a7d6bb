import { Button, Skeleton, Stack } from "@mantine/core";
import type { RefObject, UIEvent } from "react";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { WidenSearch } from "../../ui/widen-search.tsx";
import { ExchangeRows } from "./exchange-rows.tsx";
import { FILTERS } from "./search.ts";
import classes from "./traffic.module.css";
import type { useExchanges } from "./use-exchanges.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

interface ExchangeListProps {
  readonly exchanges: ReturnType<typeof useExchanges>;
  readonly marked: ReadonlySet<string>;
  readonly onMark: (id: string) => void;
  /** Told when the reader scrolls down, and when he comes back. */
  readonly onAway: (away: boolean) => void;
  readonly onPointerMove: () => void;
  /** Where the list is, for who scrolls it. */
  readonly place: RefObject<HTMLDivElement | null>;
}

export function ExchangeList({ exchanges, marked, onMark, onAway, onPointerMove, place }: ExchangeListProps) {
  const { search, change } = useTrafficSearch();
  const { rows, loading, error } = exchanges;
  const onScroll = (event: UIEvent) => onAway(event.target instanceof HTMLElement && event.target.scrollTop > 8);
  return (
    <div className={classes["list"]} ref={place} onScrollCapture={onScroll} onPointerMove={onPointerMove}>
      {exchanges.isLooking && rows.length === 0 ? (
        <Message
          kind="empty"
          title="Looking into bodies …"
          hint="The newest first, then older ones. This may take a few seconds."
        />
      ) : loading ? (
        <ListLoading />
      ) : error !== null && rows.length === 0 ? (
        <ErrorMessage error={error}>
          <Button onClick={exchanges.refresh}>Try again</Button>
        </ErrorMessage>
      ) : rows.length === 0 ? (
        <NoExchanges />
      ) : (
        <ExchangeRows
          rows={rows}
          openId={search.id}
          marked={marked}
          onMark={onMark}
          onOpen={(row) => change({ id: row.id, with: undefined })}
          onMove={search.id === undefined ? undefined : (row) => change({ id: row.id, with: undefined }, true)}
          onEnd={exchanges.more}
          narrow={search.id !== undefined}
        />
      )}
    </div>
  );
}

function NoExchanges() {
  const { search, change } = useTrafficSearch();
  const isFiltered = FILTERS.some((key) => search[key] !== undefined);
  if (!isFiltered) {
    return (
      <Message
        kind="empty"
        title="No requests were recorded yet"
        hint="Call a service, from the Explorer or with curl: each request and its reply appears here within a second. A HAR file can be dropped here too."
      />
    );
  }
  return (
    <Message
      kind="empty"
      title="No request matches these filters"
      hint="Widen them. Requests of earlier runs are kept, too."
    >
      <WidenSearch
        onClear={() => change(Object.fromEntries(FILTERS.map((key) => [key, undefined])))}
        onAllRuns={search.run === undefined ? () => change({ run: "all" }) : undefined}
      />
    </Message>
  );
}

function ListLoading() {
  return (
    <Stack gap={6} p="md" role="status" aria-busy="true" aria-label="Loading exchanges">
      {Array.from({ length: 14 }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all the same
        <Skeleton key={index} height={28} />
      ))}
    </Stack>
  );
}
