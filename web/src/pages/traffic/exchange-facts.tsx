import { Anchor } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ExchangeDetail } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { Moment } from "../../ui/moment.tsx";
import classes from "./traffic.module.css";
import { useOtherSide } from "./use-other-side.ts";
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
  const { side } = exchange;
  const other = useOtherSide(exchange);
  if (!other) return null;
  return (
    <Anchor component="button" size="sm" onClick={() => change({ id: other.id, with: undefined })}>
      As the {side === "client" ? "server" : "client"} saw it
    </Anchor>
  );
}
