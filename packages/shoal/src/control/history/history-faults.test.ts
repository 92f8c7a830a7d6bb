import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { gzipSync } from "node:zlib";
import { afterEach, describe, expect, it } from "vitest";
import { isShoalError } from "../../core/errors.ts";
import { SILENT_LOG } from "../../core/log.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { systemClock } from "../../transport/system-ports.ts";
import { RETRY_MS } from "../store/database-keeper.ts";
import type { OpenDatabase } from "../store/sqlite.ts";
import { createHistory } from "./create-history.ts";
import type { Appended, History } from "./history.ts";
import { HISTORY_DEFAULTS, type HistoryOptions } from "./history-options.ts";
import { createHistoryReader } from "./history-reader.ts";
import { openForReading, openForWriting } from "./open-history.ts";
import type { FromThread, ThreadTask, WriterStatus } from "./thread-message.ts";
import { startWriter } from "./writer-thread.ts";

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

function line(text: string) {
  return { timeMs: systemClock.wallMs(), service: "quotes", instance: "quotes-1", stream: "stdout" as const, text };
}

const TRACES = {
  kind: "otlp-traces" as const,
  contentType: "application/json",
  contentEncoding: "",
};

const codeOf = (cause: unknown) => (isShoalError(cause) ? cause.code : String(cause));

/** A writer without a thread, whose file can be made to fail. */
function startWriting(folder: string, disk: { full: boolean }) {
  const clock = createVirtualClock();
  const answers = new Map<number, FromThread>();
  const appended: Appended[] = [];
  let status: WriterStatus | undefined;
  const post = (message: FromThread) => {
    if (message.kind === "done" || message.kind === "failed") answers.set(message.id, message);
    if (message.kind === "appended") appended.push(message.appended);
    if (message.kind === "status") status = message.status;
  };
  const openBounded: OpenDatabase = (file) => {
    const database = openForWriting(file);
    // SQLite's own bound fails in the same way as a disk without room: SQLITE_FULL.
    if (disk.full) database.exec("PRAGMA max_page_count = 1");
    return database;
  };
  const start = {
    role: "writer" as const,
    folder,
    run: { id: "one", fleet: "f" },
    options: { ...HISTORY_DEFAULTS, gatherMs: 1, pendingLinesMax: 3 },
    nowMs: 1_000,
  };
  const writer = startWriter({ start, clock, post, open: openBounded });
  writer.receive({ kind: "watch", on: true });
  let id = 0;
  const ask = async (task: ThreadTask) => {
    id += 1;
    writer.receive({ kind: "task", id, nowMs: 1_000, task });
    await clock.advance(2);
    return answers.get(id);
  };
  return { clock, writer, answers, ask, appended, status: () => status };
}

describe("the history when its process dies", () => {
  it("has all lines that were acknowledged before a kill -9", async () => {
    const folder = newFolder();
    const program = join(folder, "program.mjs");
    const here = new URL(".", import.meta.url);
    writeFileSync(
      program,
      `import { createHistory } from ${JSON.stringify(new URL("create-history.ts", here).href)};
       import { systemPorts } from ${JSON.stringify(new URL("../../transport/system-ports.ts", here).href)};
       const log = { debug() {}, info() {}, warn() {}, error() {} };
       const history = createHistory(${JSON.stringify(folder)}, { ...systemPorts, log, fleet: "f", run: "killed" });
       for (let batch = 0; ; batch += 1) {
         await Promise.all([0, 1, 2].map(async (part) => {
           const lines = Array.from({ length: 50 }, (_, index) => ({ timeMs: Date.now(), service: "s", instance: "s-1",
             stream: "stdout", text: "line " + batch + " " + part + " " + index }));
           await history.appendLines(lines);
           process.stdout.write(lines.length + "\\n");
         }));
       }`,
    );
    const child = spawn(process.execPath, ["-C", "shoal-source", program], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    let acknowledged = 0;
    for await (const text of createInterface({ input: child.stdout })) {
      acknowledged += Number(text);
      if (acknowledged >= 3_000) child.kill("SIGKILL");
    }
    await ended;
    const history = open(folder, "next");
    const { lines } = await history.listLogs({ run: "killed", limit: 1_000_000 });
    expect(lines.length).toBeGreaterThanOrEqual(acknowledged);
    expect(new Set(lines.map(({ text }) => text)).size).toBe(lines.length);
    expect((await history.listRuns()).find(({ id }) => id === "killed")?.endMs).not.toBeNull();
  });
});

describe("the history's writer", () => {
  it("writes no more together than fits into its memory, however small packed bodies are", async () => {
    const { writer, clock, answers } = startWriting(newFolder(), { full: false });
    const bytes = gzipSync(`{"resourceSpans":[]${" ".repeat(3_000_000)}}`);
    for (let id = 1; id <= 3; id += 1) {
      const body = { ...TRACES, contentEncoding: "gzip", bytes };
      writer.receive({ kind: "task", id: 100 + id, nowMs: 1_000, task: { kind: "ingest", body } });
    }
    const together: number[] = [];
    while (answers.size < 3) {
      const before = answers.size;
      await clock.advanceToNext();
      together.push(answers.size - before);
    }
    expect(Math.max(...together)).toBe(1);
  });
});

describe("the history when the disk fails", () => {
  it("begins when there is a place for its file, however long there was none", async () => {
    const folder = newFolder();
    mkdirSync(join(folder, "history.db"));
    const { ask, clock } = startWriting(folder, { full: false });
    expect(await ask({ kind: "red", rows: [] })).toMatchObject({ error: { code: "HISTORY_UNAVAILABLE" } });
    rmSync(join(folder, "history.db"), { recursive: true });
    await clock.advance(RETRY_MS + 1_000);
    expect(await ask({ kind: "red", rows: [] })).toMatchObject({ kind: "done" });
  });

  it("refuses telemetry so that its sender keeps it, keeps lines in memory, and writes them when there is room", async () => {
    const folder = newFolder();
    const disk = { full: false };
    const first = startWriting(folder, disk);
    await first.ask({ kind: "lines", lines: [line("before")] });
    first.writer.receive({ kind: "close", nowMs: 1_000 });
    disk.full = true;
    const { ask, clock, appended, writer, status } = startWriting(folder, disk);
    const printed = ["a", "b", "c", "d"].map((text) => line(text.repeat(3_000)));
    expect(await ask({ kind: "lines", lines: printed })).toMatchObject({ kind: "done" });
    const body = { ...TRACES, bytes: Buffer.from('{"resourceSpans":[]}') };
    expect(await ask({ kind: "ingest", body })).toMatchObject({ error: { code: "HISTORY_UNAVAILABLE" } });
    expect(appended.flatMap(({ logs }) => logs.map(({ text }) => text[0]))).toEqual(["a", "b", "c", "d"]);
    await clock.advance(1_000);
    disk.full = false;
    await clock.advance(RETRY_MS);
    await ask({ kind: "lines", lines: [line("after")] });
    const reader = createHistoryReader(openForReading(join(folder, "history.db")), "one");
    const texts = reader.listLogs({ limit: 10 }).lines.map(({ text }) => text[0]);
    expect(texts).toEqual(["b", "b", "c", "d", "a"]);
    await clock.advance(1_000);
    expect(status()).toMatchObject({ linesDropped: 1, warnings: [] });
    writer.receive({ kind: "close", nowMs: 1_000 });
  });
});

describe("the history when its file is not what it was", () => {
  it("sets a damaged file aside, names it, and begins a new one", async () => {
    const folder = newFolder();
    writeFileSync(join(folder, "history.db"), "not a database at all, but long enough to be looked at".repeat(99));
    const history = open(folder);
    await history.appendLines([line("new")]);
    expect((await history.listLogs({ limit: 9 })).lines.map(({ text }) => text)).toEqual(["new"]);
    expect(readFileSync(join(folder, "history.db.corrupt-1"), "utf8")).toContain("not a database");
    await expect.poll(() => history.status().warnings.join(), { timeout: 5_000 }).toContain("history.db.corrupt-1");
  });

  it("begins a new file when its folder is deleted", async () => {
    const folder = newFolder();
    const history = open(folder);
    await history.appendLines([line("lost")]);
    rmSync(folder, { recursive: true });
    await expect.poll(() => existsSync(join(folder, "history.db")), { timeout: 5_000 }).toBe(true);
    await history.appendLines([line("kept")]);
    await expect
      .poll(async () => (await history.listLogs({ limit: 9 })).lines.map(({ text }) => text), { timeout: 5_000 })
      .toEqual(["kept"]);
  });
});

describe("the history when too much comes", () => {
  it("refuses what is beyond the bytes that may wait, and takes more when they are written", async () => {
    const history = open(newFolder(), "one", { pendingBytesMax: 4_000 });
    const text = "x".repeat(1_500);
    const first = history.appendLines([line(text)]);
    const refused = await history.appendLines([line(text)]).catch(codeOf);
    expect(refused).toBe("HISTORY_BUSY");
    await first;
    await history.appendLines([line(text)]);
    expect(history.status().pendingBytes).toBe(0);
  });

  it("refuses a body that cannot be read, by its own fault", async () => {
    const history = open(newFolder());
    const body = (contentType: string, text: string) =>
      history.ingest({ ...TRACES, contentType, bytes: Buffer.from(text) }).catch(codeOf);
    expect(await body("application/json", "{")).toBe("BODY_MALFORMED");
    expect(await body("text/plain", "{}")).toBe("UNSUPPORTED_MEDIA_TYPE");
  });
});
