import { CloseButton, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import type { ExchangeDetail } from "../../api/types.ts";
import { formatBytes } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { bodyContentOf, headerOf } from "../../ui/body-view-kind.ts";
import { ErrorMessage } from "../../ui/message.tsx";
import { Moment } from "../../ui/moment.tsx";
import { TextDiff } from "../../ui/text-diff.tsx";
import { Parties } from "./exchange-rows.tsx";
import classes from "./traffic.module.css";
import { useExchange } from "./use-exchange.ts";
import { useTrafficSearch } from "./use-traffic-search.ts";

interface ExchangeCompareProps {
  readonly left: string;
  readonly right: string;
}

/** Two exchanges, and what is different in them. */
export function ExchangeCompare({ left, right }: ExchangeCompareProps) {
  const { change } = useTrafficSearch();
  const first = useExchange(left);
  const second = useExchange(right);
  const close = () => change({ with: undefined, id: undefined });
  useHotkeys([["Escape", close]]);
  const error = first.error ?? second.error;
  return (
    <aside className={classes["panel"]} aria-label="Comparison of two exchanges">
      <div className={classes["panelHead"]}>
        <Group justify="space-between">
          <Title order={2}>Comparison</Title>
          <CloseButton onClick={close} aria-label="Close the comparison" />
        </Group>
      </div>
      <div className={classes["panelBody"]}>
        {error ? (
          <ErrorMessage error={error} />
        ) : first.data && second.data ? (
          <Differences before={older(first.data, second.data)} after={newer(first.data, second.data)} />
        ) : (
          <Skeleton height={320} role="status" aria-label="Loading the exchanges" />
        )}
      </div>
    </aside>
  );
}

interface DifferencesProps {
  readonly before: ExchangeDetail;
  readonly after: ExchangeDetail;
}

function Differences({ before, after }: DifferencesProps) {
  const parts = [
    { title: "Request headers", of: ({ request }: ExchangeDetail) => headersOf(request) },
    { title: "Request body", of: ({ request }: ExchangeDetail) => bodyOf(request) },
    { title: "Reply headers", of: ({ reply }: ExchangeDetail) => headersOf(reply) },
    { title: "Reply body", of: ({ reply }: ExchangeDetail) => (reply ? bodyOf(reply) : "") },
  ];
  return (
    <Stack gap="md">
      <div className={classes["pair"]}>
        <Card title="Earlier" exchange={before} />
        <Card title="Later" exchange={after} />
      </div>
      {parts.map(({ title, of }) => (
        <Stack key={title} gap={4}>
          <Title order={3}>{title}</Title>
          <TextDiff before={of(before)} after={of(after)} label={title} />
        </Stack>
      ))}
    </Stack>
  );
}

function Card({ title, exchange }: { readonly title: string; readonly exchange: ExchangeDetail }) {
  return (
    <div className={classes["card"]}>
      <Text size="xs" c="var(--shoal-text-quiet)">
        {title}: <Moment timeMs={exchange.startMs} />
      </Text>
      <Group gap="xs" my={4}>
        <StatusBadge status={exchange.status} />
        <Text size="sm">{formatDuration(exchange.durationMs)}</Text>
        <Text size="sm" c="var(--shoal-text-quiet)">
          {formatBytes(exchange.replyBytes)}
        </Text>
      </Group>
      <Parties exchange={exchange} />
      <div className={classes["url"]}>
        {exchange.method} {exchange.url}
      </div>
    </div>
  );
}

function older(left: ExchangeDetail, right: ExchangeDetail): ExchangeDetail {
  return left.startMs <= right.startMs ? left : right;
}

function newer(left: ExchangeDetail, right: ExchangeDetail): ExchangeDetail {
  return left.startMs <= right.startMs ? right : left;
}

/** In order of their names, so that only what they say is compared. */
function headersOf(message: ExchangeDetail["request"] | null): string {
  return (message?.headers ?? [])
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .sort()
    .join("\n");
}

/** With the lines that make it easier to read: what differs in a text of one line cannot be seen. */
function bodyOf({ headers, body }: ExchangeDetail["request"]): string {
  const content = bodyContentOf(body, headerOf(headers, "content-type"));
  return content.kind === "text" ? (content.pretty ?? body.text) : body.text;
}
