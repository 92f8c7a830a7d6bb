import { useCallback, useMemo, useRef, useState } from "react";
import { Page } from "../../ui/page.tsx";
import { ExchangeCompare } from "./exchange-compare.tsx";
import { ExchangeList } from "./exchange-list.tsx";
import { ExchangePanel } from "./exchange-panel.tsx";
import { exchangeQueryOf } from "./exchange-query.ts";
import { HarDrop } from "./har-drop.tsx";
import classes from "./traffic.module.css";
import { TrafficActions } from "./traffic-actions.tsx";
import { TrafficFilters } from "./traffic-filters.tsx";
import { useExchanges } from "./use-exchanges.ts";
import { usePointing } from "./use-pointing.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** Requests and replies as they were recorded, live and past. */
export function TrafficPage() {
  const { search } = useTrafficSearch();
  const { id: _id, with: _with, tab: _tab, ...filters } = search;
  const key = JSON.stringify(filters);
  // Only another filter moves the range on: the list must not be asked for again with every render.
  const query = useMemo(() => exchangeQueryOf(JSON.parse(key), Date.now()), [key]);
  const [paused, setPaused] = useState(false);
  const [away, setAway] = useState(false);
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  const onMark = useCallback((one: string) => setMarked((before) => before.symmetricDifference(new Set([one]))), []);
  const { pointing, onPointerMove } = usePointing();
  const isOpen = search.id !== undefined;
  // What is looked at must stay where it is.
  const exchanges = useExchanges(query, paused || away || isOpen || pointing);
  const place = useRef<HTMLDivElement>(null);
  const showNew = () => {
    exchanges.showNew();
    place.current?.querySelector('[role="rowgroup"]')?.scrollTo({ top: 0 });
  };
  return (
    <Page
      title="Traffic"
      tabTitle="Traffic"
      actions={
        <TrafficActions
          exchanges={exchanges}
          onShowNew={showNew}
          paused={paused}
          onPause={setPaused}
          marked={marked}
          onUnmark={() => setMarked(new Set())}
        />
      }
      bar={<TrafficFilters />}
    >
      <HarDrop>
        <div className={classes["split"]} data-open={isOpen || undefined}>
          <ExchangeList
            exchanges={exchanges}
            marked={marked}
            onMark={onMark}
            onAway={setAway}
            onPointerMove={onPointerMove}
            place={place}
          />
          {search.id !== undefined &&
            (search.with === undefined ? (
              <ExchangePanel id={search.id} />
            ) : (
              <ExchangeCompare left={search.id} right={search.with} />
            ))}
        </div>
      </HarDrop>
    </Page>
  );
}
