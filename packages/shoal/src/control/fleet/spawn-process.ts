import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import type { SupervisorMessage } from "../../discovery/supervisor-line.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { isGroupAlive, signalGroup } from "./process-table.ts";
import { parseSupervisorMessage } from "./supervisor-message.ts";

/** A program and its surroundings, ready to run. */
export interface ProcessSpec {
  readonly executable: string;
  readonly args: readonly string[];
  /** Absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface ProcessEvents {
  readonly onLine: (stream: "stdout" | "stderr", text: string) => void;
  /** What it says on file descriptor 3. */
  readonly onMessage: (message: SupervisorMessage) => void;
  /** The process itself has ended; others of its group may still run. */
  readonly onEnd: () => void;
  /** After onEnd, when its last lines have been read. */
  readonly onExit: (code: number | null, signal: NodeJS.Signals | null) => void;
  /** It could not be started. */
  readonly onError: (error: NodeJS.ErrnoException) => void;
}

export interface RunningProcess {
  /** Also the id of its group. Undefined when it could not be started. */
  readonly pid: number | undefined;
  /** To its whole group; a group that has gone is no error. */
  readonly signal: (signal: "SIGTERM" | "SIGKILL") => void;
  /** Resolves when no process of its group runs any more, or all were sent SIGKILL. */
  readonly gone: Promise<void>;
}

/** A message is a list of files at most: 1 MiB is 10 000 long paths. */
const MESSAGE_BYTES_MAX = 1024 * 1024;
/** How long the last lines of a process may take, in ms: a process it left behind may hold its pipes open for ever. */
const LAST_LINES_MS = 50;
/** What a process leaves behind in its group has this long to follow it, in ms, before it is killed. */
const LEFTOVERS_MS = 2_000;
const LEFTOVERS_POLL_MS = 25;

/**
 * Starts a process in a group of its own, so that what it starts in turn can be ended with it. File descriptor 3 is
 * a pipe on which it may talk to us. A process that leaves its group (setsid) is out of reach, as it means to be.
 */
export function spawnProcess(spec: ProcessSpec, events: ProcessEvents, clock: Clock): RunningProcess {
  const child = spawn(spec.executable, spec.args, {
    cwd: spec.cwd,
    env: spec.env,
    detached: true,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  const gone = Promise.withResolvers<void>();
  let asked = false;
  readLines(child.stdout, (text) => events.onLine("stdout", text));
  readLines(child.stderr, (text) => events.onLine("stderr", text));
  readLines(
    child.stdio[3] as Readable | null,
    (text) => {
      const message = parseSupervisorMessage(text);
      if (message !== undefined) events.onMessage(message);
    },
    MESSAGE_BYTES_MAX,
  );
  child.once("error", (error) => {
    if (child.pid !== undefined) return; // a signal that could not be sent
    events.onError(error);
    gone.resolve();
  });
  child.once("exit", (code, signal) => {
    events.onEnd();
    onceClosed(child, clock, () => events.onExit(code, signal));
    if (child.pid !== undefined) endLeftovers(child.pid, asked, clock, gone.resolve);
  });
  return {
    pid: child.pid,
    signal(signal) {
      asked = true;
      if (child.pid !== undefined) signalGroup(child.pid, signal);
    },
    gone: gone.promise,
  };
}

/** Why a process could not be started. */
export function unspawnableReason(spec: ProcessSpec, error: NodeJS.ErrnoException): string {
  // Node says ENOENT of the executable also when it is the working folder that does not exist.
  return error.code === "ENOENT" || error.code === "ENOTDIR"
    ? `cannot start ${spec.executable} in ${spec.cwd}: one of them does not exist`
    : `cannot start ${spec.executable}: ${messageOf(error)}`;
}

function readLines(stream: Readable | null, onLine: (text: string) => void, bytesMax?: number): void {
  if (stream === null) return; // the process could not be started
  const splitter = createLineSplitter(onLine, bytesMax);
  stream.on("data", splitter.push);
  stream.once("end", splitter.end);
  stream.on("error", () => {}); // its end is all that matters
}

function onceClosed(child: ChildProcess, clock: Clock, task: () => void): void {
  const finish = () => {
    cancel();
    child.off("close", finish);
    task();
  };
  const cancel = clock.after(LAST_LINES_MS, finish);
  child.once("close", finish);
}

/** Ends what a process left in its group: asks it to stop, unless it was asked already, then kills it. */
function endLeftovers(group: number, asked: boolean, clock: Clock, onGone: () => void): void {
  const giveUpMs = clock.now() + LEFTOVERS_MS;
  const look = () => {
    if (!isGroupAlive(group)) return onGone();
    if (clock.now() < giveUpMs) return void clock.after(LEFTOVERS_POLL_MS, look);
    signalGroup(group, "SIGKILL");
    onGone();
  };
  if (!asked && isGroupAlive(group)) signalGroup(group, "SIGTERM");
  look();
}
