import { Anchor, Button, Group, Stack } from "@mantine/core";
import { IconArrowsVertical, IconTimeline } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { LogEntry } from "../api/types.ts";
import { formatFull } from "../format/time.ts";
import { AnsiText } from "./ansi-text.tsx";
import { CopyButton } from "./copy-button.tsx";
import { CopyLink } from "./copy-link.tsx";
import classes from "./log-details.module.css";
import type { LogFilters } from "./log-filters.ts";
import { wholeText } from "./log-record.ts";
import { phraseOf, plainLine } from "./log-text.ts";

interface LogDetailsProps {
  readonly line: LogEntry;
  readonly words: readonly string[];
  readonly onFilter?: ((filters: LogFilters) => void) | undefined;
  readonly onContext?: ((line: LogEntry) => void) | undefined;
}

/** All of a line: its whole text and its fields, each to filter by. */
export function LogDetails({ line, words, onFilter, onContext }: LogDetailsProps) {
  const text = useMemo(() => wholeText(line.text), [line.text]);
  // What has more than one line is read above.
  const fields = fieldsOf(line).filter(({ value }) => text === line.text || !isLong(value));
  return (
    <Stack gap="xs">
      <pre className={classes["text"]}>
        <AnsiText text={text} words={words} />
      </pre>
      <dl className={classes["fields"]}>
        {fields.map(({ name, value, filter }) => (
          <div key={name} className={classes["field"]}>
            <dt>{name}</dt>
            <dd>
              {onFilter && filter ? (
                <button
                  type="button"
                  className={classes["value"]}
                  title={`Only lines with ${value}`}
                  onClick={() => onFilter(filter)}
                >
                  {value}
                </button>
              ) : (
                value
              )}
            </dd>
          </div>
        ))}
      </dl>
      <Group gap="xs">
        {line.traceId !== "" && (
          <Anchor
            size="sm"
            renderRoot={(props) => (
              <Link
                {...props}
                to="/traces/$trace"
                params={{ trace: line.traceId }}
                search={line.spanId === "" ? {} : { span: line.spanId }}
              />
            )}
          >
            <Group gap={6} component="span">
              <IconTimeline size={14} aria-hidden />
              Open its trace
            </Group>
          </Anchor>
        )}
        {onContext && (
          <Button
            variant="subtle"
            size="compact-xs"
            leftSection={<IconArrowsVertical size={14} />}
            onClick={() => onContext(line)}
          >
            Lines before and after
          </Button>
        )}
        <CopyButton value={plainLine(line)} label="Copy the line" />
        <CopyLink text={() => JSON.stringify(line, null, 2)} label="Copy as JSON" />
      </Group>
    </Stack>
  );
}

/** Lists and objects, and texts of several lines. */
function isLong(value: string): boolean {
  return /^[{[]/.test(value) || value.includes("\n");
}

interface Field {
  readonly name: string;
  readonly value: string;
  readonly filter: LogFilters | undefined;
}

function fieldsOf(line: LogEntry): readonly Field[] {
  const { traceId, fields } = line;
  return [
    { name: "time", value: formatFull(line.timeMs), filter: undefined },
    { name: "level", value: line.level, filter: { level: line.level } },
    { name: "service", value: line.service, filter: { service: line.service } },
    { name: "instance", value: line.instance, filter: { service: line.service, instance: line.instance } },
    { name: "stream", value: line.stream, filter: { stream: line.stream } },
    ...(traceId === "" ? [] : [{ name: "trace", value: traceId, filter: { trace: traceId } }]),
    ...Object.entries(fields).map(([name, value]) => {
      const phrase = phraseOf(value);
      const filter = phrase === undefined ? undefined : { text: phrase };
      // A name as these above would be the same key.
      return {
        name: name in { time: 0, level: 0, service: 0, instance: 0, stream: 0, trace: 0 } ? `fields.${name}` : name,
        value: String(value),
        filter,
      };
    }),
  ];
}
