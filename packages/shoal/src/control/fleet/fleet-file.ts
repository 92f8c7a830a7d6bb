import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { messageOf, shoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { isAlive, startOf } from "./process-table.ts";

/** `.shoal/fleet.json`: says that a fleet runs here, and where; it is also the lock against a second one. */
export interface FleetFile {
  readonly fleet: string;
  readonly realm: string;
  /** Of the supervisor. The watchdog looks for this field's very spelling. */
  readonly pid: number;
  /** When that process started, in a form that only compares; "" where the system does not tell. */
  readonly processStart: string;
  /** Unix ms. */
  readonly startedMs: number;
  /** URL of the control plane. */
  readonly control: string;
  readonly configFile: string;
}

/** Path of the fleet file of a config. */
export function fleetFileOf(configFile: string): string {
  return join(dirname(configFile), ".shoal", "fleet.json");
}

/** Rounds of "taken, but by a dead one: take it over" before giving up: each needs another supervisor to have died. */
const TRIES_MAX = 5;

/**
 * Claims the folder for this process. The claim is a hard link, which the file system makes for one only.
 * Throws FLEET_RUNNING when a live supervisor holds it, STORE_UNAVAILABLE when the folder cannot be written.
 */
export function claimFleetFile(path: string, content: FleetFile): void {
  const draft = `${path}.${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, `${JSON.stringify(content, undefined, 2)}\n`);
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (link(draft, path)) return;
      const holder = readFleetFile(path);
      if (holder !== undefined && isAlive(holder.pid, holder.processStart)) throw running(path, holder);
      removeStale(path, holder);
    }
    throw new Error(`${path} keeps being taken`);
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "FLEET_RUNNING") throw cause;
    throw shoalError("STORE_UNAVAILABLE", { message: `cannot write ${path}: ${messageOf(cause)}`, cause });
  } finally {
    discard(draft);
  }
}

/** Removes the file if it is this process's. */
export function releaseFleetFile(path: string): void {
  if (readFleetFile(path)?.pid === process.pid) discard(path);
}

/** @returns undefined when there is none, or none that can be read. */
export function readFleetFile(path: string): FleetFile | undefined {
  try {
    const value = parseJson(readFileSync(path, "utf8"));
    return isFleetFile(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Its pid is sent signals: 0 and below would mean groups of processes that are none of ours. */
function isFleetFile(value: unknown): value is FleetFile {
  if (typeof value !== "object" || value === null) return false;
  const { pid, control, ...rest } = value as Readonly<Record<string, unknown>>;
  const texts = ["fleet", "realm", "processStart", "configFile"];
  return (
    Number.isInteger(pid) &&
    Number(pid) > 0 &&
    typeof control === "string" &&
    /^https?:$/.test(URL.parse(control)?.protocol ?? "") &&
    texts.every((name) => typeof rest[name] === "string")
  );
}

/** What this process writes of itself. */
export function ownProcess(): Pick<FleetFile, "pid" | "processStart"> {
  return { pid: process.pid, processStart: startOf(process.pid) };
}

/** A disk that takes no change keeps the file: who finds it sees that its process has gone. */
function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // said above
  }
}

function link(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Moves the file away before removing it: between reading and removing, another supervisor may have taken its place. */
function removeStale(path: string, seen: FleetFile | undefined): void {
  const aside = `${path}.stale-${process.pid}-${randomBytes(4).toString("hex")}`;
  try {
    renameSync(path, aside);
    const moved = readFleetFile(aside);
    if (moved !== undefined && moved.pid !== seen?.pid) link(aside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  } finally {
    discard(aside);
  }
}

function running(path: string, holder: FleetFile) {
  return shoalError("FLEET_RUNNING", {
    message: `fleet ${holder.fleet} already runs here, as process ${holder.pid} (control plane at ${holder.control})`,
    details: { pid: holder.pid, control: holder.control, file: path },
  });
}
