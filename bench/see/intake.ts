import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { end, startUntil } from "../support/processes.ts";
import { atLeast, atMost, type Result, say } from "../support/results.ts";

const SPANS_PER_S = 20_000;
/** More than the bar: a sender that is late for a moment must not decide. */
const OFFERED_PER_S = 22_000;
const CONTROL = resolve(import.meta.dirname, "../../packages/shoal/dist/control/main.js");

interface Sent {
  readonly sent: number;
  readonly refused: number;
  readonly failed: number;
  readonly tookMs: number;
  readonly lateMs: number;
}

/** OTLP/HTTP protobuf from another process into a control plane of its own: what is stored, and the memory it took. */
export async function measureIntake(
  seconds: number,
  program: readonly string[] = [CONTROL],
): Promise<readonly Result[]> {
  const folder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  const { child, address } = await startControl(folder, program);
  let rssMax = 0;
  const watching = setInterval(() => {
    rssMax = Math.max(rssMax, rssMib(child.pid ?? 0));
  }, 200);
  try {
    const sender = join(import.meta.dirname, "intake-sender.ts");
    const { stdout } = await promisify(execFile)(process.execPath, [
      sender,
      address,
      String(OFFERED_PER_S),
      String(seconds),
    ]);
    const sent = JSON.parse(stdout) as Sent;
    await sleep(500);
    clearInterval(watching);
    const stored = storedSpans(join(folder, "history.db"));
    say(`intake: ${JSON.stringify(sent)}, stored ${stored}, resident ${rssMax.toFixed(0)} MiB at most`);
    return [
      atLeast(`spans taken in, for ${seconds} s`, stored / (sent.tookMs / 1_000), SPANS_PER_S, "/s"),
      atMost("spans lost of those", sent.sent - stored, 0, ""),
      atMost("memory of the control plane at that", rssMax, 400, "MiB"),
    ];
  } finally {
    clearInterval(watching);
    await end(child, "SIGTERM");
    rmSync(folder, { recursive: true, force: true });
  }
}

async function startControl(folder: string, program: readonly string[]) {
  const { child, match } = await startUntil(process.execPath, program, {
    cwd: folder,
    line: /http:\/\/127\.0\.0\.1:\d+/,
    env: { SHOAL_CONTROL_PORT: "0", SHOAL_STATE: folder, SHOAL_FLEET: "bench", SHOAL_LOG: "info" },
  });
  return { child, address: match[0] };
}

function storedSpans(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database.prepare("SELECT count(*) AS count FROM spans").get();
  database.close();
  return Number(row?.["count"]);
}

function rssMib(pid: number): number {
  try {
    return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1_024;
  } catch {
    return 0;
  }
}
