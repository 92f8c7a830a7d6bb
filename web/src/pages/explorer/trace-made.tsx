import { Anchor, Group, Loader, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { control } from "../../api/control.ts";
import type { Trace } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { LevelBadge } from "../../ui/badges.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import classes from "./explorer.module.css";
import { traceStrip } from "./trace-strip.ts";

const ASK_MS = 500;
/** Spans leave their process once a second; a trace that has not grown for this many looks is whole. */
const STILL_LOOKS = 4;
const LOOKS_MAX = 24;
/** After this many looks without an exchange the trace itself is asked for. */
const LOOKS_BLIND = 8;
const LOGS_MAX = 50;

/** The trace that a request began, asked for until its spans have come. */
export function TraceMade({ traceId }: { readonly traceId: string }) {
  const [looks, setLooks] = useState({ all: 0, still: 0, size: -1 });
  const isDone = looks.still >= STILL_LOOKS || looks.all >= LOOKS_MAX;
  const { data } = useQuery({
    queryKey: ["trace-made", traceId],
    queryFn: async ({ signal }) => {
      const trace = await traceIfThere(traceId, looks.all, signal);
      const size = trace ? trace.spans.length + trace.logs.length : 0;
      setLooks((before) => ({
        all: before.all + 1,
        still: size > 0 && size === before.size ? before.still + 1 : 0,
        size,
      }));
      return trace;
    },
    refetchInterval: isDone ? false : ASK_MS,
    staleTime: Number.POSITIVE_INFINITY,
  });
  return (
    <>
      <section aria-label="Trace">
        <Group gap="xs" mb={4}>
          <Title order={3}>Trace</Title>
          {!isDone && <Loader size={12} role="status" aria-label="Waiting for spans" />}
          {data && (
            <Anchor
              size="sm"
              renderRoot={(props) => <Link {...props} to="/traces/$trace" params={{ trace: traceId }} />}
            >
              Open the trace
            </Anchor>
          )}
        </Group>
        {data ? (
          <Strip trace={data} />
        ) : (
          <Quiet text={isDone ? "No span of it has come." : "Its spans are on their way…"} />
        )}
      </section>
      <section aria-label="Logs">
        <Title order={3} mb={4}>
          Logs
        </Title>
        {data && data.logs.length > 0 ? <Lines trace={data} /> : <Quiet text={isDone ? "It logged nothing." : "…"} />}
      </section>
    </>
  );
}

/** Looks first whether something of it has come: asking for a trace that is not there yet is an error. */
async function traceIfThere(traceId: string, looks: number, signal: AbortSignal): Promise<Trace | null> {
  const query = { trace: traceId, run: "all", limit: 1 };
  const { exchanges } = await control.listExchanges({ query }, signal);
  // Not every service records its exchanges.
  if (exchanges.length === 0 && looks < LOOKS_BLIND) return null;
  return control.getTrace({ params: { trace: traceId } }, signal).catch(() => null);
}

function Strip({ trace }: { readonly trace: Trace }) {
  const { rows, more } = traceStrip(trace.spans);
  return (
    <ol className={classes["rows"]}>
      {rows.map(({ span, left, width }) => (
        <li key={span.spanId} className={classes["span"]}>
          <ServiceName service={span.service} plain />
          <span className={classes["name"]} title={span.name}>
            {span.name}
          </span>
          <span className={classes["spanBar"]} aria-hidden>
            <span data-failed={span.status === "error" || undefined} style={{ left, width }} />
          </span>
          <span className={classes["end"]}>{formatDuration(span.durationMs)}</span>
        </li>
      ))}
      {more > 0 && <li className={classes["span"]}>and {more} more spans</li>}
    </ol>
  );
}

function Lines({ trace }: { readonly trace: Trace }) {
  return (
    <ol className={classes["rows"]}>
      {trace.logs.slice(0, LOGS_MAX).map((line) => (
        <li key={line.seq} className={classes["log"]}>
          <LevelBadge level={line.level} />
          <ServiceName service={line.service} plain />
          <span>{line.message}</span>
        </li>
      ))}
      {trace.logs.length > LOGS_MAX && <li>and {trace.logs.length - LOGS_MAX} more lines</li>}
    </ol>
  );
}

function Quiet({ text }: { readonly text: string }) {
  return (
    <Text size="sm" c="var(--shoal-text-quiet)">
      {text}
    </Text>
  );
}
