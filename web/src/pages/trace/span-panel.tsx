import { CloseButton, Group, Stack, Text, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";
import { formatShare } from "../../format/number.ts";
import { formatDuration } from "../../format/time.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";
import { LevelBadge } from "../../ui/badges.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { CopyLink } from "../../ui/copy-link.tsx";
import { firstLine, shownText } from "../../ui/log-text.ts";
import { Moment } from "../../ui/moment.tsx";
import { ServiceName } from "../../ui/service-name.tsx";
import { AttributeList } from "./attribute-list.tsx";
import { SpanEvents, SpanLinks } from "./span-events.tsx";
import { SpanExchanges } from "./span-exchanges.tsx";
import { SpanFailureNote } from "./span-failure-note.tsx";
import classes from "./span-panel.module.css";
import type { TraceModel } from "./trace-model.ts";
import type { TraceNode } from "./trace-tree.ts";

const NO_WORDS: readonly string[] = [];

interface SpanPanelProps {
  readonly node: TraceNode;
  readonly model: TraceModel;
  readonly onSelect: (span: string) => void;
  readonly onClose: () => void;
}

/** All that is known of a span. */
export function SpanPanel({ node, model, onSelect, onClose }: SpanPanelProps) {
  const { span } = node;
  const logs = model.logs.get(span.spanId) ?? [];
  const exchanges = model.exchanges.get(span.spanId) ?? [];
  return (
    <aside
      className={classes["panel"]}
      aria-label="Span"
      onKeyDown={(event) => {
        // Of a dialog that it opened React tells, too.
        if (event.key === "Escape" && isWithin(event)) onClose();
      }}
    >
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Stack gap={2} miw={0}>
          <ServiceName service={span.service} />
          <Title order={2} className={classes["title"] ?? ""}>
            {span.name}
          </Title>
        </Stack>
        <CloseButton aria-label="Close the span" onClick={onClose} />
      </Group>
      <SpanFailureNote node={node} onSelect={onSelect} />
      <Facts node={node} model={model} />
      {exchanges.length > 0 && <SpanExchanges exchanges={exchanges} />}
      <AttributeList title="Attributes" attributes={span.attributes} />
      <SpanEvents events={span.events} originMs={span.startMs} />
      {logs.length > 0 && (
        <section>
          <Title order={3}>Log lines</Title>
          {logs.map((log) => (
            <Link
              key={log.seq}
              className={classes["logLine"]}
              to="/logs"
              search={{ trace: span.traceId, run: model.trace.run, line: String(log.seq) }}
              title="Open it in Logs, with the lines before and after"
            >
              <span className={classes["logLevel"]}>
                <LevelBadge level={log.level} />
              </span>
              <span className={classes["logText"]}>
                <AnsiText text={firstLine(shownText(log)).first} words={NO_WORDS} />
              </span>
            </Link>
          ))}
        </section>
      )}
      <SpanLinks links={span.links} />
      <AttributeList title="Resource" attributes={span.resource} />
    </aside>
  );
}

function isWithin({ currentTarget, target }: KeyboardEvent<HTMLElement>): boolean {
  return target instanceof Node && currentTarget.contains(target);
}

function shareOf(node: TraceNode, { range, far }: TraceModel): string {
  const allMs = range.endMs - range.startMs;
  return far.has(node) || allMs <= 0 ? "–" : formatShare((node.endMs - node.startMs) / allMs);
}

function Facts({ node, model }: { readonly node: TraceNode; readonly model: TraceModel }) {
  const { span, skewMs } = node;
  const criticalMs = (model.critical.get(node.id) ?? []).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    ["Duration", formatDuration(span.durationMs)],
    ["Start", <Moment key="start" timeMs={span.startMs} />],
    ["Of the trace", shareOf(node, model)],
    ["By itself", formatDuration(model.selfMs.get(node.id) ?? 0)],
    ["After the trace began", formatDuration(Math.max(0, node.startMs - model.range.startMs))],
    ...(criticalMs > 0 ? [["On the critical path", formatDuration(criticalMs)] as const] : []),
    ["Kind", span.kind],
    ["Instance", span.instance || "unknown"],
    ...(Math.abs(skewMs) >= 0.1
      ? [["Clock moved by", `${skewMs > 0 ? "+" : "−"}${formatDuration(Math.abs(skewMs))}`] as const]
      : []),
    ...(span.scope === "" ? [] : [["Library", span.scope] as const]),
  ];
  return (
    <Stack gap="xs">
      <dl className={classes["facts"]}>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <Group gap={6}>
        <Text size="xs" c="var(--shoal-text-quiet)" ff="monospace">
          {span.spanId}
        </Text>
        <CopyButton value={span.spanId} label="Copy the span's id" />
        <CopyLink text={() => JSON.stringify(span, null, 2)} label="Copy as JSON" />
      </Group>
      {node.isOrphan && (
        <Text size="xs" c="var(--shoal-text-quiet)">
          Its parent {span.parentSpanId} is not in this trace: it was not sampled, has not come yet, or is its own
          ancestor.
        </Text>
      )}
    </Stack>
  );
}
