import { Button, Group, Switch, UnstyledButton } from "@mantine/core";
import { IconArrowsMaximize, IconFoldDown, IconFoldUp, IconListTree } from "@tabler/icons-react";
import { formatCount } from "../../format/number.ts";
import { serviceColor } from "../../ui/service-color.ts";
import { JumpButtons, type JumpButtonsProps } from "./jump-buttons.tsx";
import { SpanSearch } from "./span-search.tsx";
import { Tool } from "./tool.tsx";
import type { ServiceShare, TraceModel } from "./trace-model.ts";
import classes from "./trace-page.module.css";
import type { Fold } from "./use-folds.ts";
import type { ChangeTraceSearch, TraceSearch } from "./use-trace-search.ts";

interface TraceBarProps {
  readonly model: TraceModel;
  readonly search: TraceSearch;
  readonly change: ChangeTraceSearch;
  readonly hidden: ReadonlySet<string>;
  /** Ids of what was found, in order. */
  readonly found: readonly string[];
  /** What a text finds. */
  readonly find: (text: string) => readonly string[];
  readonly onFold: (how: Fold) => void;
  readonly jumps: Omit<JumpButtonsProps, "selected">;
}

/** What of the trace is shown. */
export function TraceBar({ model, search, change, hidden, found, find, onFold, jumps }: TraceBarProps) {
  const toggle = (service: string) => {
    const next = hidden.has(service) ? [...hidden].filter((one) => one !== service) : [...hidden, service];
    change({ hide: next.length === 0 ? undefined : next.join(",") });
  };
  return (
    <>
      <SpanSearch search={search} change={change} found={found} find={find} />
      <JumpButtons {...jumps} selected={search.span} />
      {(model.errors > 0 || search.errors !== undefined) && (
        <Switch
          size="xs"
          label="Only errors"
          checked={search.errors === "1"}
          onChange={() => change({ errors: search.errors === "1" ? undefined : "1" })}
        />
      )}
      <Switch
        size="xs"
        label="Log lines"
        checked={search.logs !== "0" && model.trace.logs.length > 0}
        disabled={model.trace.logs.length === 0}
        onChange={() => change({ logs: search.logs === "0" ? undefined : "0" })}
      />
      <Group gap={2}>
        <Tool label="Unfold all" icon={<IconFoldDown size={16} />} onClick={() => onFold("none")} />
        <Tool label="Fold all" icon={<IconFoldUp size={16} />} onClick={() => onFold("all")} />
        {model.errors > 0 && (
          <Tool label="Unfold errors only" icon={<IconListTree size={16} />} onClick={() => onFold("errors")} />
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
      <span className={classes["count"]}>
        {formatCount(spans)}
        {errors > 0 && ","}
      </span>
      {errors > 0 && (
        <span className={classes["count"]} data-failed>
          {formatCount(errors)} failed
        </span>
      )}
    </UnstyledButton>
  );
}
