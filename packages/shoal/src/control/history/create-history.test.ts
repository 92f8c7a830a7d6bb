import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { SILENT_LOG } from "../../core/log.ts";
import { systemClock } from "../../transport/system-ports.ts";
import { createHistory } from "./create-history.ts";
import type { History } from "./history.ts";
import type { HistoryOptions } from "./history-options.ts";

const folders: string[] = [];
const histories: History[] = [];
afterEach(async () => {
  await Promise.all(histories.splice(0).map((history) => history.close()));
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-history-"));
  folders.push(folder);
  return folder;
}

function open(folder: string, run = "one", options: Partial<HistoryOptions> = {}): History {
  const parts = { clock: systemClock, random: () => 0.5, log: SILENT_LOG, fleet: "tuition", run };
  const history = createHistory(folder, parts, { gatherMs: 0, ...options });
  histories.push(history);
  return history;
}

const TRACE = "0af7651916cd43dd8448eb211c80319c";

function otlp(service: string, spans: readonly object[]) {
  const resource = { attributes: [{ key: "service.name", value: { stringValue: service } }] };
  const text = JSON.stringify({ resourceSpans: [{ resource, scopeSpans: [{ spans }] }] });
  return {
    kind: "otlp-traces" as const,
    contentType: "application/json",
    contentEncoding: "",
    bytes: Buffer.from(text),
  };
}

function span(spanId: string, parentSpanId: string, more: object = {}) {
  const startMs = Math.floor(systemClock.wallMs());
  return {
    traceId: TRACE,
    spanId,
    parentSpanId,
    name: "GET /quotes/:id",
    kind: 2,
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + 12}000000`,
    attributes: [
      { key: "http.response.status_code", value: { intValue: "200" } },
      { key: "customer", value: { stringValue: "ada" } },
    ],
    ...more,
  };
}

function line(text: string, service = "quotes") {
  return { timeMs: systemClock.wallMs(), service, instance: `${service}-1`, stream: "stdout" as const, text };
}

describe("createHistory", () => {
  it("finds a trace that came in two bodies by service, operation and attribute", async () => {
    const history = open(newFolder());
    expect(await history.ingest(otlp("quotes", [span("00f067aa0ba902b7", "")]))).toMatchObject({
      accepted: 1,
      rejected: 0,
    });
    await history.ingest(otlp("rates", [span("00f067aa0ba902b8", "00f067aa0ba902b7", { name: "rate" })]));
    const query = { service: "rates", operation: "rate", attribute: ["customer=ada"], limit: 10 };
    const { traces, next } = await history.listTraces(query);
    expect(traces).toMatchObject([
      { traceId: TRACE, service: "quotes", name: "GET /quotes/:id", spans: 2, errors: 0, status: 200, run: "one" },
    ]);
    expect(next).toBeNull();
    expect((await history.listTraces({ ...query, attribute: ["customer=bob"] })).traces).toEqual([]);
    const trace = await history.getTrace(TRACE.slice(0, 8));
    expect(trace?.spans.map(({ service, name }) => [service, name])).toEqual([
      ["quotes", "GET /quotes/:id"],
      ["rates", "rate"],
    ]);
    expect(trace?.spans[0]?.attributes).toEqual({ "http.response.status_code": 200, customer: "ada" });
  });

  it("counts a span that is sent again once, and keeps what came last", async () => {
    const history = open(newFolder());
    await history.ingest(otlp("quotes", [span("00f067aa0ba902b7", "")]));
    await history.ingest(otlp("quotes", [span("00f067aa0ba902b7", "", { name: "again", status: { code: 2 } })]));
    expect((await history.listTraces({ limit: 10 })).traces).toMatchObject([{ spans: 1, errors: 1 }]);
    expect((await history.getTrace(TRACE))?.spans).toMatchObject([{ name: "again", status: "error" }]);
  });

  it("finds lines by words, level and service, and tells what was appended", async () => {
    const history = open(newFolder());
    const heard: string[] = [];
    history.onAppended(({ logs }) => heard.push(...logs.map(({ message }) => message)));
    await history.appendLines([
      line(`{"level":50,"msg":"cannot reach the bank","trace_id":"${TRACE}","tries":3}`),
      line("listening on port 4400", "rates"),
      line("\u001b[31mERROR\u001b[0m the bank is closed", "rates"),
    ]);
    expect(heard).toEqual(["cannot reach the bank", "listening on port 4400", "ERROR the bank is closed"]);
    const found = async (query: object) =>
      (await history.listLogs({ limit: 10, ...query })).lines.map(({ message }) => message);
    expect(await found({ text: "bank" })).toEqual(["cannot reach the bank", "ERROR the bank is closed"]);
    expect(await found({ text: 'bank -closed "the bank"' })).toEqual(["cannot reach the bank"]);
    expect(await found({ text: "clos*" })).toEqual(["ERROR the bank is closed"]);
    expect(await found({ level: "error", service: "rates" })).toEqual(["ERROR the bank is closed"]);
    expect(await found({ trace: TRACE })).toEqual(["cannot reach the bank"]);
    expect(await found({ text: "-bank" })).toEqual(["listening on port 4400"]);
    const [first] = (await history.listLogs({ limit: 10, trace: TRACE })).lines;
    expect(first).toMatchObject({ level: "error", fields: { tries: 3 }, traceId: TRACE });
    expect([...(await history.problemsSince(0))]).toEqual([
      ["quotes", 1],
      ["rates", 1],
    ]);
  });

  it("keeps what it acknowledged for the next run, and tells the runs apart", async () => {
    const folder = newFolder();
    const first = open(folder, "one");
    await first.appendLines([line("of the first run")]);
    await first.close();
    const second = open(folder, "two");
    await second.appendLines([line("of the second run")]);
    const texts = async (run?: string) => (await second.listLogs({ limit: 10, run })).lines.map(({ text }) => text);
    expect(await texts()).toEqual(["of the second run"]);
    expect(await texts("one")).toEqual(["of the first run"]);
    expect(await texts("all")).toEqual(["of the first run", "of the second run"]);
    expect(await second.listRuns()).toMatchObject([
      { id: "two", endMs: null, logs: 1 },
      { id: "one", endMs: expect.any(Number), logs: 1 },
    ]);
  });
});
