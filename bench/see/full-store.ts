import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHistory } from "../../packages/shoal/src/control/history/create-history.ts";
import type { History } from "../../packages/shoal/src/control/history/history.ts";
import { SILENT_LOG } from "../../packages/shoal/src/core/log.ts";
import { systemPorts } from "../../packages/shoal/src/transport/system-ports.ts";
import { say } from "../support/results.ts";
import { createLineLoad, createTelemetryLoad, SPANS_OF_TRACE } from "./telemetry-load.ts";

const BODIES = { kind: "otlp-traces", contentType: "application/x-protobuf", contentEncoding: "" } as const;

/** Runs a task on a history with so many spans and log lines in it, which takes some two minutes to make. */
export async function withFullStore<Out>(records: number, task: (history: History) => Promise<Out>): Promise<Out> {
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const history = createHistory(folder, { ...systemPorts, log: SILENT_LOG, fleet: "bench", run: "bench" });
  try {
    const startedMs = performance.now();
    await fillSpans(history, records);
    const spansMs = performance.now();
    await fillLines(history, records);
    say(
      `${records} spans written in ${seconds(spansMs - startedMs)} s, ${records} lines in ${seconds(performance.now() - spansMs)} s`,
    );
    return await task(history);
  } finally {
    await history.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function fillSpans(history: History, spans: number): Promise<void> {
  const load = createTelemetryLoad(1);
  for (let traces = 0; traces < spans / SPANS_OF_TRACE; traces += 1_000) {
    await Promise.all(load(1_000, Date.now()).map((bytes) => history.ingest({ ...BODIES, bytes })));
  }
}

async function fillLines(history: History, lines: number): Promise<void> {
  const load = createLineLoad(2);
  for (let written = 0; written < lines; written += 1_000) {
    const batch = Array.from({ length: 1_000 }, () => {
      const line = load(Date.now());
      return { ...line, instance: `${line.service}-1`, stream: "stdout" as const };
    });
    await history.appendLines(batch);
  }
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(1);
}
