import { Group, Text, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconSearch } from "@tabler/icons-react";
import { Tool } from "./tool.tsx";
import type { ChangeTraceSearch, TraceSearch } from "./use-trace-search.ts";

interface SpanSearchProps {
  readonly search: TraceSearch;
  readonly change: ChangeTraceSearch;
  /** Ids of what was found, in order. */
  readonly found: readonly string[];
  /** What a text finds. */
  readonly find: (text: string) => readonly string[];
}

/** Looks for spans: Enter goes to the next one that was found, with Shift to the one before. */
export function SpanSearch({ search, change, found, find }: SpanSearchProps) {
  const at = search.span === undefined ? -1 : found.indexOf(search.span);
  const go = (by: number) => {
    // What was typed just now may not have been looked for yet.
    const now = find(search.q ?? "");
    const from = search.span === undefined ? -1 : now.indexOf(search.span);
    const next = now[(from + by + now.length + (from < 0 && by < 0 ? 1 : 0)) % now.length];
    if (next !== undefined) change({ span: next }, true);
  };
  return (
    <TextInput
      type="search"
      data-search
      aria-label="Search the spans"
      placeholder="Search: name, service, attribute"
      leftSection={<IconSearch size={14} />}
      rightSectionWidth={search.q === undefined ? 0 : 104}
      rightSection={
        search.q !== undefined && (
          <Group gap={0} wrap="nowrap">
            <Text size="xs" c="var(--shoal-text-quiet)" role="status">
              {at < 0 ? found.length : `${at + 1}/${found.length}`}
            </Text>
            <Tool label="The one before" icon={<IconChevronUp size={14} />} onClick={() => go(-1)} />
            <Tool label="The next one" icon={<IconChevronDown size={14} />} onClick={() => go(1)} />
          </Group>
        )
      }
      w={280}
      value={search.q ?? ""}
      onChange={(event) => change({ q: event.currentTarget.value || undefined }, true)}
      onKeyDown={(event) => {
        if (event.key === "Enter") go(event.shiftKey ? -1 : 1);
        if (event.key === "Escape") event.currentTarget.blur();
      }}
    />
  );
}
