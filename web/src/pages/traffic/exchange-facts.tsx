import { Anchor } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { control } from "../../api/control.ts";
import type { ExchangeDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { Moment } from "../../ui/moment.tsx";
import { otherSideOf } from "./other-side.ts";
import classes from "./traffic.module.css";
import { useTrafficSearch } from "./use-traffic-search.ts";

/** When, how long, by whom, and where it leads. */
export function ExchangeFacts({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { traceId, spanId, error } = exchange;
  return (
    <div className={classes["facts"]}>
      <span>
        <Moment timeMs={exchange.startMs} />
      </span>
      <span>{formatDuration(exchange.durationMs)}</span>
      <span className={classes["quiet"]} title="The instance that recorded it">
        {exchange.side} {exchange.instance}
      </span>
      {traceId !== "" && (
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/traces/$trace"
              params={{ trace: traceId }}
              search={spanId === "" ? {} : { span: spanId }}
            />
          )}
        >
          Trace
        </Anchor>
      )}
      {traceId !== "" && (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link {...props} to="/logs" search={{ trace: traceId, run: exchange.run }} />}
        >
          Logs
        </Anchor>
      )}
      <OtherSide exchange={exchange} />
      {error !== "" && exchange.reply !== null && <span className={classes["bad"]}>{error}</span>}
    </div>
  );
}

/** The same call as its other side saw it. */
function OtherSide({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { change } = useTrafficSearch();
  const { traceId, side } = exchange;
  const { data } = useQuery({
    queryKey: ["exchanges-of-trace", traceId],
    queryFn: ({ signal }) => control.listExchanges({ query: { trace: traceId, run: "all", limit: 1_000 } }, signal),
    enabled: traceId !== "" && !exchange.external,
  });
  const other = otherSideOf(exchange, data?.exchanges ?? []);
  if (!other) return null;
  return (
    <Anchor component="button" size="sm" onClick={() => change({ id: other.id, with: undefined })}>
      As the {side === "client" ? "server" : "client"} saw it
    </Anchor>
  );
}
