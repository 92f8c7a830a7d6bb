import { Stack, Text } from "@mantine/core";
import type { ExchangeDetail, ExchangeSummary } from "../../api/types.ts";
import { formatBytes } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import classes from "./traffic.module.css";
import { useOtherSide } from "./use-other-side.ts";

/** Each try of a call: when, at which instance, and what came of it; and how much of that the service itself took. */
export function Attempts({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { attempts, durationMs, side } = exchange;
  const other = useOtherSide(exchange);
  return (
    <Stack gap="xs">
      <Text size="sm">
        {formatDuration(durationMs)} in all; {formatBytes(exchange.requestBytes)} sent,{" "}
        {formatBytes(exchange.replyBytes)} received.
      </Text>
      {attempts.length > 0 && (
        <ol className={classes["attemptList"]} aria-label="Attempts">
          {attempts.map((attempt, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no other name, and the list never changes
            <li key={index} className={classes["attempt"]}>
              <span className={classes["quiet"]}>{index + 1}</span>
              <span title={attempt.error}>
                {attempt.instance || "no instance"}
                {attempt.error !== "" && <span className={classes["bad"]}> {attempt.error}</span>}
              </span>
              <StatusBadge status={attempt.status} />
              <Track
                leftMs={attempt.afterMs}
                durationMs={attempt.durationMs}
                wholeMs={durationMs}
                kind={attempt.status === 0 || attempt.status >= 500 ? "failed" : "attempt"}
              />
              <span className={classes["end"]} title={`Began after ${formatDuration(attempt.afterMs)}`}>
                {formatDuration(attempt.durationMs)}
              </span>
            </li>
          ))}
        </ol>
      )}
      {other && <OtherShare exchange={exchange} other={other} />}
      {attempts.length === 0 && !other && (
        <Text size="sm" c="var(--shoal-text-quiet)">
          {side === "server"
            ? "A server sees one request; the attempts are with the client that made them."
            : "No attempt was recorded: the call ended before one was begun."}
        </Text>
      )}
    </Stack>
  );
}

/** How long the service worked, and what was left for the way there and back; only as exact as two clocks agree. */
function OtherShare({ exchange, other }: { readonly exchange: ExchangeDetail; readonly other: ExchangeSummary }) {
  const client = exchange.side === "client" ? exchange : other;
  const server = exchange.side === "client" ? other : exchange;
  const leftMs = Math.max(0, Math.min(server.startMs - client.startMs, client.durationMs - server.durationMs));
  const wayMs = Math.max(0, client.durationMs - server.durationMs);
  return (
    <ul className={classes["attemptList"]} aria-label="Where the time went">
      {exchange.side === "server" && (
        <li className={classes["attempt"]}>
          <span />
          <span>as {client.service} saw it</span>
          <StatusBadge status={client.status} />
          <Track leftMs={0} durationMs={client.durationMs} wholeMs={client.durationMs} kind="attempt" />
          <span className={classes["end"]}>{formatDuration(client.durationMs)}</span>
        </li>
      )}
      <li className={classes["attempt"]}>
        <span />
        <span>within {server.service}</span>
        <StatusBadge status={server.status} />
        <Track leftMs={leftMs} durationMs={server.durationMs} wholeMs={client.durationMs} kind="server" />
        <span className={classes["end"]}>{formatDuration(server.durationMs)}</span>
      </li>
      <li className={classes["attempt"]}>
        <span />
        <span
          className={classes["quiet"]}
          title="Waiting for a connection, the network, attempts that failed, and pauses"
        >
          the rest
        </span>
        <span />
        <span />
        <span className={classes["end"]}>{formatDuration(wayMs)}</span>
      </li>
    </ul>
  );
}

interface TrackProps {
  readonly leftMs: number;
  readonly durationMs: number;
  readonly wholeMs: number;
  readonly kind: "attempt" | "failed" | "server";
}

function Track({ leftMs, durationMs, wholeMs, kind }: TrackProps) {
  const share = (ms: number) => Math.min(100, Math.max(0, (ms / Math.max(wholeMs, 0.001)) * 100));
  const left = share(leftMs);
  return (
    <span className={classes["track"]} aria-hidden>
      <span
        className={classes["bar"]}
        data-kind={kind}
        style={{ left: `${left}%`, width: `${Math.min(100 - left, share(durationMs))}%` }}
      />
    </span>
  );
}
