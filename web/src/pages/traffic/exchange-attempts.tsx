import { Stack, Text } from "@mantine/core";
import type { ExchangeDetail } from "../../api/types.ts";
import { formatBytes } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import classes from "./traffic.module.css";

/** Each try of a call: when, at which instance, and what came of it. */
export function Attempts({ exchange }: { readonly exchange: ExchangeDetail }) {
  const { attempts, durationMs } = exchange;
  return (
    <Stack gap="xs">
      <Text size="sm">
        {formatDuration(durationMs)} in all; {formatBytes(exchange.requestBytes)} sent,{" "}
        {formatBytes(exchange.replyBytes)} received.
      </Text>
      {attempts.length === 0 ? (
        <Text size="sm" c="var(--shoal-text-quiet)">
          A server sees one request; the attempts are with the client that made them.
        </Text>
      ) : (
        <ol className={classes["attempts"]} aria-label="Attempts">
          {attempts.map((attempt, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: attempts have no other name, and the list never changes
            <li key={index} className={classes["attempt"]}>
              <span className={classes["quiet"]}>{index + 1}</span>
              <span title={attempt.error}>
                {attempt.instance || "no instance"}
                {attempt.error !== "" && <span className={classes["bad"]}> {attempt.error}</span>}
              </span>
              <StatusBadge status={attempt.status} />
              <Track attempt={attempt} wholeMs={durationMs} />
              <span className={classes["end"]} title={`Began after ${formatDuration(attempt.afterMs)}`}>
                {formatDuration(attempt.durationMs)}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Stack>
  );
}

interface TrackProps {
  readonly attempt: ExchangeDetail["attempts"][number];
  readonly wholeMs: number;
}

function Track({ attempt, wholeMs }: TrackProps) {
  const share = (ms: number) => `${Math.min(100, Math.max(0, (ms / Math.max(wholeMs, 0.001)) * 100))}%`;
  const failed = attempt.status === 0 || attempt.status >= 500;
  return (
    <span className={classes["track"]} aria-hidden>
      <span
        className={classes["bar"]}
        data-failed={failed || undefined}
        style={{ left: share(attempt.afterMs), width: share(attempt.durationMs) }}
      />
    </span>
  );
}
