import { IconChevronRight } from "@tabler/icons-react";
import { memo } from "react";
import type { LogEntry } from "../api/types.ts";
import { formatClock, formatFull } from "../format/time.ts";
import { AnsiText } from "./ansi-text.tsx";
import { LogDetails } from "./log-details.tsx";
import type { LogFilters } from "./log-filters.ts";
import classes from "./log-row.module.css";
import { firstLine, inlineFields, moreLines, shownText } from "./log-text.ts";
import { ServiceName } from "./service-name.tsx";

export interface LogRowProps {
  readonly line: LogEntry;
  readonly words: readonly string[];
  readonly wrap: boolean;
  readonly open: boolean;
  /** The line that a link leads to. */
  readonly marked?: boolean;
  readonly onToggle: (seq: number) => void;
  readonly onFilter?: ((filters: LogFilters) => void) | undefined;
  readonly onContext?: ((line: LogEntry) => void) | undefined;
}

/** A line: time, level, service, text; opened, with its fields below. */
export const LogRow = memo(function LogRow({
  line,
  words,
  wrap,
  open,
  marked = false,
  onToggle,
  ...rest
}: LogRowProps) {
  const text = shownText(line);
  const { first, more } = wrap ? { first: text, more: 0 } : firstLine(text);
  const fields = wrap ? "" : inlineFields(line);
  return (
    <div
      role="presentation"
      data-level={line.level}
      data-open={open || undefined}
      data-marked={marked || undefined}
      className={classes["row"]}
    >
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the list hears the keys of its rows */}
      <div
        role="row"
        tabIndex={-1}
        data-seq={line.seq}
        className={classes["line"]}
        data-wrap={wrap || undefined}
        onClick={() => isSelecting() || onToggle(line.seq)}
      >
        <span role="cell" className={classes["time"]} title={formatFull(line.timeMs)}>
          <IconChevronRight size={12} className={classes["chevron"] ?? ""} aria-hidden />
          {formatClock(line.timeMs)}
        </span>
        <span role="cell" className={classes["level"]}>
          {line.level}
        </span>
        <span role="cell" className={classes["service"]} title={line.instance}>
          <ServiceName service={line.service} plain />
        </span>
        <span role="cell" className={classes["text"]}>
          <AnsiText text={first} words={words} />
          {more > 0 && <span className={classes["more"]}>{moreLines(more)}</span>}
          {fields !== "" && <span className={classes["fields"]}>{fields}</span>}
        </span>
      </div>
      {open && (
        <div role="row" className={classes["details"]}>
          <div role="cell">
            <LogDetails line={line} words={words} {...rest} />
          </div>
        </div>
      )}
    </div>
  );
});

/** Who marks a text with the mouse wants to copy it. */
function isSelecting(): boolean {
  return (window.getSelection()?.toString() ?? "") !== "";
}
