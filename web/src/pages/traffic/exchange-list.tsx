import { Button, Skeleton, Stack } from "@mantine/core";
import { IconArrowUp } from "@tabler/icons-react";
import { type UIEvent, useRef } from "react";
import { formatCount } from "../../format/number.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
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
}

export function ExchangeList({ exchanges, marked, onMark, onAway, onPointerMove }: ExchangeListProps) {
  const { search, change } = useTrafficSearch();
  const place = useRef<HTMLDivElement>(null);
  const { rows, newRows, loading, error } = exchanges;
  const showNew = () => {
    exchanges.showNew();
    place.current?.querySelector('[role="rowgroup"]')?.scrollTo({ top: 0 });
  };
  const onScroll = (event: UIEvent) => onAway(event.target instanceof HTMLElement && event.target.scrollTop > 8);
  return (
    <div className={classes["list"]} ref={place} onScrollCapture={onScroll} onPointerMove={onPointerMove}>
      {newRows > 0 && (
        <Button
          className={classes["newRows"] ?? ""}
          radius="xl"
          size="compact-xs"
          leftSection={<IconArrowUp size={14} />}
          onClick={showNew}
        >
          {formatCount(newRows)} new
        </Button>
      )}
      {loading ? (
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
    <Message kind="empty" title="No request matches these filters" hint="Widen them, or look into all runs.">
      <Button onClick={() => change(Object.fromEntries(FILTERS.map((key) => [key, undefined])))}>Clear filters</Button>
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
