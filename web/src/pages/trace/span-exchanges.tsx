import { Anchor, Button, Group, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ExchangeSummary } from "../../api/types.ts";
import { formatBytes } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { StatusBadge } from "../../ui/badges.tsx";
import { targetOf } from "../../ui/exchange-parties.ts";
import { ExchangeDrawer } from "./exchange-drawer.tsx";
import classes from "./span-panel.module.css";

/** The request and reply of a span, as they were recorded. */
export function SpanExchanges({ exchanges }: { readonly exchanges: readonly ExchangeSummary[] }) {
  const [open, setOpen] = useState<string>();
  return (
    <section>
      <Title order={3}>Exchange</Title>
      {exchanges.map((exchange) => (
        <div key={exchange.id} className={classes["exchange"]}>
          <Group gap="xs" wrap="nowrap">
            <span className={classes["status"]}>
              <StatusBadge status={exchange.status} />
            </span>
            <Text size="sm" fw={500}>
              {exchange.method}
            </Text>
            <Text size="sm" truncate title={exchange.url}>
              {targetOf(exchange.url)}
            </Text>
          </Group>
          <Text size="xs" c="var(--shoal-text-quiet)">
            {exchange.side}, {formatDuration(exchange.durationMs)}, sent {formatBytes(exchange.requestBytes)}, received{" "}
            {formatBytes(exchange.replyBytes)}
            {exchange.attempts > 1 && `, ${exchange.attempts} attempts`}
          </Text>
          {exchange.error !== "" && (
            <Text size="xs" c="var(--shoal-bad)">
              {exchange.error}
            </Text>
          )}
          <Group gap="xs" mt={4}>
            <Button variant="default" size="compact-xs" onClick={() => setOpen(exchange.id)}>
              Headers and bodies
            </Button>
            <Anchor
              size="xs"
              renderRoot={(props) => <Link {...props} to="/traffic" search={{ id: exchange.id, run: exchange.run }} />}
            >
              Open in Traffic
            </Anchor>
          </Group>
        </div>
      ))}
      <ExchangeDrawer id={open} onClose={() => setOpen(undefined)} />
    </section>
  );
}
