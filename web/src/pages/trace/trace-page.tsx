import { Badge, Button, Group, Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { ApiError } from "../../api/api-error.ts";
import { counted } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import { Moment } from "../../ui/moment.tsx";
import { Page } from "../../ui/page.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { CompareView } from "./compare-view.tsx";
import { TraceActions } from "./trace-actions.tsx";
import { mainRoot, type TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";
import { TraceView } from "./trace-view.tsx";
import { useTrace } from "./use-trace.ts";
import { useTraceSearch } from "./use-trace-search.ts";

/** One trace, or two compared. */
export function TracePage() {
  const { trace, search, change } = useTraceSearch();
  const { model, error, isPending, refetch } = useTrace(trace);
  const root = model && mainRoot(model);
  const title = root ? `${root.span.service} ${root.span.name}` : `Trace ${trace.slice(0, 8)}`;
  if (model === undefined) {
    return (
      <Page title={title} tabTitle={title}>
        {isPending ? <TraceLoading /> : <TraceMissing error={error} onRetry={() => void refetch()} />}
      </Page>
    );
  }
  if (search.with !== undefined) {
    return <CompareView before={model} withId={search.with} all={search.all === "1"} change={change} />;
  }
  return (
    <Page
      title={<TraceTitle model={model} />}
      tabTitle={title}
      actions={<TraceActions trace={model.trace} onCompare={(id) => change({ with: id, span: undefined })} />}
    >
      <TraceView model={model} search={search} change={change} />
    </Page>
  );
}

function TraceTitle({ model }: { readonly model: TraceModel }) {
  const root = mainRoot(model);
  const { startMs, endMs } = model.range;
  return (
    <span className={classes["title"]}>
      {root && <ServiceName service={root.span.service} />}
      <span className={classes["name"]}>{root?.span.name ?? "Trace"}</span>
      <span className={classes["facts"]}>
        <span>{formatDuration(endMs - startMs)}</span>
        <Moment timeMs={root?.span.startMs ?? startMs} />
        <span>{counted(model.trace.spans.length, "span")}</span>
        {model.errors > 0 && <Badge color="red">{model.errors} failed</Badge>}
      </span>
    </span>
  );
}

function TraceLoading() {
  return (
    <Group p="md" gap="xs" role="status" aria-busy="true" aria-label="Loading the trace">
      <Skeleton height={48} />
      {Array.from({ length: 12 }, (_, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <Skeleton key={at} height={20} width={`${95 - at * 5}%`} />
      ))}
    </Group>
  );
}

function TraceMissing({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const retry = (
    <Group gap="xs">
      <Button onClick={onRetry}>Try again</Button>
      <Button variant="default" renderRoot={(props) => <Link {...props} to="/traces" />}>
        All traces
      </Button>
    </Group>
  );
  if (!(error instanceof ApiError && error.status === 404)) return <ErrorMessage error={error}>{retry}</ErrorMessage>;
  return (
    <Message
      kind="empty"
      title="There is no such trace"
      hint="It was not sampled, its spans have not come yet, or it is too old to be kept. A shortened id must be unique."
    >
      {retry}
    </Message>
  );
}
