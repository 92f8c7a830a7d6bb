import { Badge, Button, Group, Skeleton, Stack, Switch, Text } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { counted } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Page } from "../../ui/page.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { CompareRows } from "./compare-rows.tsx";
import classes from "./compare-view.module.css";
import { compareTraces } from "./trace-compare.ts";
import { mainRoot, type TraceModel } from "./trace-model.ts";
import { useTrace } from "./use-trace.ts";
import type { ChangeTraceSearch } from "./use-trace-search.ts";

interface CompareViewProps {
  readonly before: TraceModel;
  readonly withId: string;
  /** With what did not change. */
  readonly all: boolean;
  readonly change: ChangeTraceSearch;
}

/** Two traces span by span: what is slower, faster, new, missing, or fails. */
export function CompareView({ before, withId, all, change }: CompareViewProps) {
  const { model: after, error, isPending } = useTrace(withId);
  const rows = useMemo(() => after && compareTraces(before.tree.roots, after.tree.roots), [before, after]);
  const shown = useMemo(() => (all ? rows : rows?.filter(({ verdict }) => verdict !== "same")), [rows, all]);
  return (
    <Page
      title="Compare two traces"
      tabTitle="Compare two traces"
      actions={
        <>
          {after && (
            <Button
              variant="default"
              renderRoot={(props) => (
                <Link
                  {...props}
                  to="/traces/$trace"
                  params={{ trace: after.trace.traceId }}
                  search={{ with: before.trace.traceId }}
                />
              )}
            >
              Swap
            </Button>
          )}
          <Button variant="default" onClick={() => change({ with: undefined, all: undefined })}>
            End comparison
          </Button>
        </>
      }
    >
      <Stack gap="sm" p="md" h="100%">
        <div className={classes["sides"]}>
          <Side label="Before" model={before} />
          {after ? <Side label="After" model={after} /> : <Skeleton height={66} visible={isPending} />}
        </div>
        {error && <ErrorMessage error={error} />}
        {rows && shown && (
          <>
            <Group justify="space-between">
              <Text size="sm" c="var(--shoal-text-quiet)">
                {rows.length - rows.filter(({ verdict }) => verdict === "same").length} of{" "}
                {counted(rows.length, "span")} {rows.length === 1 ? "differs" : "differ"}
              </Text>
              <Switch
                size="xs"
                label="With what is the same"
                checked={all}
                onChange={() => change({ all: all ? undefined : "1" })}
              />
            </Group>
            {shown.length === 0 ? (
              <Message
                kind="empty"
                title="They are alike"
                hint="The same spans in the same places, within 20% of their durations."
              />
            ) : (
              <CompareRows rows={shown} before={before.trace.traceId} after={withId} />
            )}
          </>
        )}
      </Stack>
    </Page>
  );
}

function Side({ label, model }: { readonly label: string; readonly model: TraceModel }) {
  const root = mainRoot(model);
  const { traceId, spans } = model.trace;
  return (
    <div className={classes["side"]}>
      <Group gap="xs" wrap="nowrap">
        <Text size="xs" c="var(--shoal-text-quiet)" w={44}>
          {label}
        </Text>
        {root && <ServiceName service={root.span.service} plain />}
        <Text size="sm" fw={600} truncate>
          <Link to="/traces/$trace" params={{ trace: traceId }}>
            {root?.span.name ?? traceId.slice(0, 8)}
          </Link>
        </Text>
        {model.errors > 0 && <Badge color="red">{model.errors} failed</Badge>}
      </Group>
      <Text size="xs" c="var(--shoal-text-quiet)" ml={52}>
        {formatDuration(model.range.endMs - model.range.startMs)}, {counted(spans.length, "span")},{" "}
        <Moment timeMs={root?.span.startMs ?? 0} />
      </Text>
    </div>
  );
}
