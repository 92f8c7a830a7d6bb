import { Anchor, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { SpanView } from "../../api/types.ts";
import { formatDuration } from "../../format/time.ts";
import { AttributeList } from "./attribute-list.tsx";

/** What happened at moments of the span. */
export function SpanEvents({ events, originMs }: { readonly events: SpanView["events"]; readonly originMs: number }) {
  if (events.length === 0) return null;
  return (
    <section>
      <Title order={3}>Events</Title>
      {events.map(({ name, timeMs, attributes }, at) => (
        <AttributeList
          // biome-ignore lint/suspicious/noArrayIndexKey: events have no id, and their order does not change
          key={at}
          title={`${name}, after ${formatDuration(timeMs - originMs)}`}
          attributes={withTime(attributes, timeMs)}
        />
      ))}
    </section>
  );
}

/** Also an event without attributes has something to show. */
function withTime(attributes: SpanView["attributes"], timeMs: number): Readonly<Record<string, unknown>> {
  return Object.keys(attributes).length === 0 ? { time: timeMs } : attributes;
}

/** Spans of other traces that it has to do with. */
export function SpanLinks({ links }: { readonly links: SpanView["links"] }) {
  if (links.length === 0) return null;
  return (
    <section>
      <Title order={3}>Links</Title>
      {links.map(({ traceId, spanId }) => (
        <Anchor
          key={`${traceId} ${spanId}`}
          size="sm"
          display="block"
          ff="monospace"
          renderRoot={(props) => (
            <Link {...props} to="/traces/$trace" params={{ trace: traceId }} search={{ span: spanId }} />
          )}
        >
          {traceId.slice(0, 16)} / {spanId}
        </Anchor>
      ))}
    </section>
  );
}
