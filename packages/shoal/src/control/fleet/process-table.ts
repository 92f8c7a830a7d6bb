import { readdirSync, readFileSync } from "node:fs";

/** What Linux says of a process in /proc/PID/stat (proc_pid_stat(5)). */
interface ProcessStat {
  /** One letter; Z is a zombie: dead, but not yet reaped by its parent. */
  readonly state: string;
  readonly group: number;
  /** When it started, in clock ticks since boot: with the pid, it names a process for good. */
  readonly start: string;
}

/** @returns undefined when it does not exist, or the system has no /proc. */
function statOf(pid: number | string): ProcessStat | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command in brackets, may itself hold brackets and spaces.
    const [state = "", , group, , , , , , , , , , , , , , , , , start = ""] = text
      .slice(text.lastIndexOf(")") + 2)
      .split(" ");
    return { state, group: Number(group), start };
  } catch {
    return undefined;
  }
}

/** When a process started, in a form that only compares; "" where the system does not tell. */
export function startOf(pid: number): string {
  return statOf(pid)?.start ?? "";
}

/** True when the process exists and, where the system tells, is the one that started then: pids are used again. */
export function isAlive(pid: number, start: string): boolean {
  if (!exists(pid)) return false;
  const stat = statOf(pid);
  if (stat === undefined) return true;
  return stat.state !== "Z" && (start === "" || stat.start === start);
}

/** True while a process of the group runs. Zombies do not count: where nobody reaps them they would stay for ever. */
export function isGroupAlive(group: number): boolean {
  if (!exists(-group)) return false;
  const members = pids()?.map(statOf);
  if (members === undefined) return true;
  return members.some((stat) => stat?.group === group && stat.state !== "Z" && stat.state !== "X");
}

/** Sends a signal to every process of a group; one that has gone is no error. */
export function signalGroup(group: number, signal: "SIGTERM" | "SIGKILL"): void {
  try {
    process.kill(-group, signal);
  } catch {
    // ESRCH: all have exited; EPERM: macOS says so of zombies
  }
}

/**
 * Other processes that were started with this in their environment, such as "NAME=value", or by one that was. Empty
 * where the system does not tell; a process that writes over its environment is not found.
 */
export function pidsWith(assignment: string): readonly number[] {
  const others = (pids() ?? []).map(Number).filter((pid) => pid !== process.pid);
  return others.filter((pid) => {
    try {
      return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").includes(assignment);
    } catch {
      return false; // it has gone, or is another user's
    }
  });
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return pid > 0 && (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function pids(): readonly string[] | undefined {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return undefined;
  }
}
