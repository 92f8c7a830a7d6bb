import { memo } from "react";
import type { LogEntry } from "../../api/types.ts";
import { formatClock, formatFull } from "../../format/time.ts";
import { AnsiText } from "../../ui/ansi-text.tsx";
import classes from "./console.module.css";

interface ConsoleLineProps {
  readonly line: LogEntry;
  /** Of its instance, when there are several; else undefined. */
  readonly color: string | undefined;
}

const NO_WORDS: readonly string[] = [];

/** A line as it was printed, with when and by which instance before it. */
export const ConsoleLine = memo(function ConsoleLine({ line, color }: ConsoleLineProps) {
  const { timeMs, instance, stream, text } = line;
  return (
    <>
      <time className={classes["time"]} title={`${formatFull(timeMs)} · ${instance} · ${STREAMS[stream]}`}>
        {color !== undefined && <span className={classes["dot"]} style={{ background: color }} aria-hidden />}
        {formatClock(timeMs)}
      </time>
      <span className={classes["text"]}>
        <AnsiText text={text} words={NO_WORDS} />
      </span>
    </>
  );
});

const STREAMS: Readonly<Record<LogEntry["stream"], string>> = {
  stdout: "stdout",
  stderr: "stderr",
  shoal: "told by its supervisor",
  otlp: "OpenTelemetry",
};
