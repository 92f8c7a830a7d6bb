import { Drawer, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { control } from "../../api/control.ts";
import type { LogEntry } from "../../api/types.ts";
import { counted } from "../../format/number.ts";
import { LogRow } from "../../ui/log-row.tsx";
import { ErrorMessage, Message } from "../../ui/message.tsx";
import classes from "./log-context.module.css";

/** Lines on each side. */
const AROUND = 60;

interface LogContextProps {
  /** Of the line in the middle; undefined: closed. */
  readonly seq: string | undefined;
  readonly run: string | undefined;
  readonly onClose: () => void;
}

/** What else was printed just before and after a line, whatever is searched for. */
export function LogContext({ seq, run, onClose }: LogContextProps) {
  const [scope, setScope] = useState("instance");
  const number = Number(seq);
  const query = useQuery({
    queryKey: ["log-context", seq, run, scope],
    enabled: seq !== undefined && Number.isSafeInteger(number),
    queryFn: ({ signal }) => linesAround({ seq: number, run: run ?? "all", ownInstance: scope === "instance" }, signal),
  });
  return (
    <Drawer
      opened={seq !== undefined}
      onClose={onClose}
      position="right"
      size="min(1000px, 80vw)"
      title="Lines before and after"
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <Stack gap="sm">
        <SegmentedControl
          aria-label="Whose lines"
          value={scope}
          onChange={setScope}
          data={[
            { value: "instance", label: "Of this instance" },
            { value: "fleet", label: "Of the whole fleet" },
          ]}
        />
        {query.isError && <ErrorMessage error={query.error} />}
        {query.isPending && <Skeleton height={400} />}
        {query.data && <Lines lines={query.data} seq={number} />}
      </Stack>
    </Drawer>
  );
}

function Lines({ lines, seq }: { readonly lines: readonly LogEntry[]; readonly seq: number }) {
  const [open, setOpen] = useState<number>();
  const place = useRef<HTMLDivElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other lines put it elsewhere
  useEffect(() => {
    place.current?.querySelector(`[data-seq="${seq}"]`)?.scrollIntoView({ block: "center" });
  }, [lines, seq]);
  if (lines.length === 0) {
    return (
      <Message kind="empty" title="That line is no longer kept" hint="The oldest lines go when the history is full." />
    );
  }
  return (
    <div ref={place} role="table" aria-label="Lines before and after" className={classes["lines"]}>
      <div role="rowgroup">
        {lines.map((line) => (
          <LogRow
            key={line.seq}
            line={line}
            words={NO_WORDS}
            wrap
            open={open === line.seq}
            marked={line.seq === seq}
            onToggle={(toggled) => setOpen((now) => (now === toggled ? undefined : toggled))}
          />
        ))}
      </div>
      <Text size="xs" c="var(--shoal-text-quiet)" p="xs">
        {counted(lines.length, "line")}
      </Text>
    </div>
  );
}

const NO_WORDS: readonly string[] = [];

interface Around {
  readonly seq: number;
  readonly run: string;
  readonly ownInstance: boolean;
}

/** The line itself comes first: it says whose instance it is. */
async function linesAround({ seq, run, ownInstance }: Around, signal: AbortSignal): Promise<readonly LogEntry[]> {
  const { lines: own } = await control.listLogs({ query: { run, before: seq + 1, limit: 1 } }, signal);
  const line = own.find((one) => one.seq === seq);
  if (!line) return [];
  const whose = ownInstance ? { service: line.service, instance: line.instance } : {};
  const [before, after] = await Promise.all([
    control.listLogs({ query: { run, ...whose, before: seq, limit: AROUND } }, signal),
    control.listLogs({ query: { run, ...whose, after: seq, limit: AROUND } }, signal),
  ]);
  return [...before.lines, line, ...after.lines];
}
