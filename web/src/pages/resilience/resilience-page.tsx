import { Button, Skeleton, Stack } from "@mantine/core";
import { useMemo } from "react";
import type { Resilience } from "../../api/types.ts";
import { formatAgo } from "../../format/time.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { useEachSecond } from "../../ui/moment.tsx";
import { Page } from "../../ui/page.tsx";
import { Tag } from "../../ui/tag.tsx";
import { CalmNote } from "./calm-note.tsx";
import { EdgePanel } from "./edge-panel.tsx";
import { EdgeTable } from "./edge-table.tsx";
import classes from "./resilience.module.css";
import { ResilienceBar } from "./resilience-bar.tsx";
import { isTroubled, keyOf, type ResilienceRow, resilienceRows, wasDisturbed } from "./resilience-rows.ts";
import { useResilience } from "./use-resilience.ts";
import { useResilienceSearch } from "./use-resilience-search.ts";

const NONE: readonly ResilienceRow[] = [];

/** What is retried, ejected, held back and shed between services, and why. */
export function ResiliencePage() {
  const { search } = useResilienceSearch();
  const { data, error, refetch, dataUpdatedAt } = useResilience(search.service);
  const rows = useMemo(() => (data ? resilienceRows(data) : NONE), [data]);
  return (
    <Page
      title="Resilience"
      tabTitle="Resilience"
      actions={error && data && <Stale sinceMs={dataUpdatedAt} />}
      bar={<ResilienceBar rows={rows} />}
    >
      {data ? (
        <Content rows={rows} defaults={data.policyDefaults} />
      ) : error ? (
        <ErrorMessage error={error}>
          <Button onClick={() => void refetch()}>Try again</Button>
        </ErrorMessage>
      ) : (
        <Stack gap="xs" p="md" role="status" aria-busy="true" aria-label="Loading resilience">
          <Skeleton height={34} />
          <Skeleton height={320} />
        </Stack>
      )}
    </Page>
  );
}

interface ContentProps {
  readonly rows: readonly ResilienceRow[];
  readonly defaults: Resilience["policyDefaults"];
}

function Content({ rows, defaults }: ContentProps) {
  const { search, change } = useResilienceSearch();
  const selected = keyOf(search.from ?? "", search.to ?? "");
  const open = search.to === undefined ? undefined : rows.find(({ key }) => key === selected);
  const shown = search.show === "trouble" ? rows.filter((row) => isTroubled(row) || row.key === open?.key) : rows;
  if (rows.length === 0) return <NothingCalled service={search.service} />;
  return (
    <div className={classes["split"]} data-open={search.to !== undefined || undefined}>
      <div className={classes["list"]}>
        {!rows.some(wasDisturbed) && <CalmNote rows={rows} />}
        {shown.length === 0 ? (
          <Message
            kind="empty"
            title="No calls between services are in trouble"
            hint="What was retried, ejected or refused in the last minutes and is well again stands under All."
          >
            <Button variant="default" onClick={() => change({ show: undefined })}>
              Show all
            </Button>
          </Message>
        ) : (
          <EdgeTable rows={shown} selectedKey={open?.key} isNarrow={search.to !== undefined} />
        )}
      </div>
      {search.to !== undefined && (
        <EdgePanel key={selected} caller={search.from ?? ""} callee={search.to} row={open} defaults={defaults} />
      )}
    </div>
  );
}

function NothingCalled({ service }: { readonly service: string | undefined }) {
  return (
    <Message
      kind="empty"
      title={
        service === undefined
          ? "Nobody has called anybody in the last 10 minutes"
          : `In the last 10 minutes ${service} has called nobody, and nobody has called it`
      }
      hint="As soon as one service calls another through Shoal, this page says what was retried, which instances were taken out, what was held back, and whom a busy service turns away."
    />
  );
}

function Stale({ sinceMs }: { readonly sinceMs: number }) {
  const ago = useEachSecond((nowMs) => formatAgo(sinceMs, nowMs));
  return (
    <span role="status">
      <Tag meaning="warn">as it was {ago}: the control plane does not answer</Tag>
    </span>
  );
}
