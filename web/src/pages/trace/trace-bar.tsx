import { ActionIcon, Button, Group, Switch, Text, TextInput, Tooltip, UnstyledButton } from "@mantine/core";
import {
  IconArrowsMaximize,
  IconChevronDown,
  IconChevronUp,
  IconFoldDown,
  IconFoldUp,
  IconSearch,
} from "@tabler/icons-react";
import { serviceColor } from "../../ui/service-color.ts";
import type { ServiceShare, TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";
import type { ChangeTraceSearch, TraceSearch } from "./use-trace-search.ts";

interface TraceBarProps {
  readonly model: TraceModel;
  readonly search: TraceSearch;
  readonly change: ChangeTraceSearch;
  readonly hidden: ReadonlySet<string>;
  /** Ids of what was found, in order. */
  readonly found: readonly string[];
  readonly onFold: (how: "all" | "none" | "errors") => void;
}

/** What of the trace is shown. */
export function TraceBar({ model, search, change, hidden, found, onFold }: TraceBarProps) {
  const toggle = (service: string) => {
    const next = hidden.has(service) ? [...hidden].filter((one) => one !== service) : [...hidden, service];
    change({ hide: next.length === 0 ? undefined : next.join(",") });
  };
  return (
    <>
      <SpanSearch search={search} change={change} found={found} />
      <Switch
        size="xs"
        label="Only errors"
        checked={search.errors === "1"}
        disabled={model.errors === 0 && search.errors === undefined}
        onChange={() => change({ errors: search.errors === "1" ? undefined : "1" })}
      />
      <Switch
        size="xs"
        label="Log lines"
        checked={search.logs !== "0"}
        onChange={() => change({ logs: search.logs === "0" ? undefined : "0" })}
      />
      <Group gap={2}>
        <Tool label="Unfold all" icon={<IconFoldDown size={16} />} onClick={() => onFold("none")} />
        <Tool label="Fold all" icon={<IconFoldUp size={16} />} onClick={() => onFold("all")} />
        {model.errors > 0 && (
          <Button variant="subtle" size="compact-xs" onClick={() => onFold("errors")}>
            Unfold errors only
          </Button>
        )}
        {search.zoom !== undefined && (
          <Tool
            label="Show all of the time"
            icon={<IconArrowsMaximize size={16} />}
            onClick={() => change({ zoom: undefined })}
          />
        )}
        {search.focus !== undefined && (
          <Button variant="light" size="compact-xs" onClick={() => change({ focus: undefined })}>
            Show the whole trace
          </Button>
        )}
      </Group>
      <Group gap={4} role="group" aria-label="Services">
        {model.services.map((share) => (
          <ServiceChip
            key={share.service}
            share={share}
            hidden={hidden.has(share.service)}
            onToggle={() => toggle(share.service)}
          />
        ))}
      </Group>
    </>
  );
}

function SpanSearch({ search, change, found }: Pick<TraceBarProps, "search" | "change" | "found">) {
  const at = search.span === undefined ? -1 : found.indexOf(search.span);
  const go = (by: number) => {
    const next = found[(at + by + found.length + (at < 0 && by < 0 ? 1 : 0)) % found.length];
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

interface ServiceChipProps {
  readonly share: ServiceShare;
  readonly hidden: boolean;
  readonly onToggle: () => void;
}

function ServiceChip({ share: { service, spans, errors }, hidden, onToggle }: ServiceChipProps) {
  return (
    <UnstyledButton
      className={classes["chip"] ?? ""}
      aria-pressed={!hidden}
      onClick={onToggle}
      title={hidden ? `Show ${service}` : `Leave out ${service}`}
    >
      <span className={classes["dot"]} style={{ background: serviceColor(service) }} aria-hidden />
      {service}
      <span className={classes["count"]} data-failed={errors > 0 || undefined}>
        {spans}
      </span>
    </UnstyledButton>
  );
}

interface ToolProps {
  readonly label: string;
  readonly icon: React.ReactNode;
  readonly onClick: () => void;
}

function Tool({ label, icon, onClick }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon aria-label={label} size="sm" onClick={onClick}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}
