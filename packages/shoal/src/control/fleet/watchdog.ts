import { type ChildProcess, spawn } from "node:child_process";
import type { Clock } from "../../core/clock.ts";
import { assignmentOf, type FleetMark } from "./strays.ts";

/**
 * Ends the fleet when the supervisor dies in any way, `kill -9` included. A shell, because it is everywhere and takes
 * 1 MB; in a session of its own, so that no signal to the supervisor's group or terminal reaches it. It reads the
 * groups to end from a pipe whose other end only the supervisor holds: its end of file is the supervisor's death.
 * What has left its group is found by the fleet's mark, where there is a /proc.
 */
const SCRIPT = `
trap '' INT HUP TERM QUIT
groups=
while read -r line; do
  case "$line" in
    +*) groups="$groups \${line#+}" ;;
    -*) kept=
        for group in $groups; do [ "$group" = "\${line#-}" ] || kept="$kept $group"; done
        groups=$kept ;;
  esac
done
[ -z "$groups" ] && exit 0
strays() {
  for found in $(grep -lsF "$3" /proc/[0-9]*/environ 2>/dev/null); do
    found=\${found#/proc/}
    echo "\${found%/environ}"
  done
}
for group in $groups; do kill -TERM "-$group" 2>/dev/null; done
for stray in $(strays "$@"); do kill -TERM "$stray" 2>/dev/null; done
for pause in 1 2 3 4 5 6 7 8 9 10; do
  alive=
  for group in $groups; do kill -0 "-$group" 2>/dev/null && alive=yes; done
  [ -z "$alive" ] && break
  sleep 0.1
done
for group in $groups; do kill -KILL "-$group" 2>/dev/null; done
for stray in $(strays "$@"); do kill -KILL "$stray" 2>/dev/null; done
grep -q "\\"pid\\": $1," "$2" 2>/dev/null && rm -f "$2"
exit 0
`;

/** A watchdog that lived for less, in ms, is started again only after as long. */
const RESTART_MS = 500;

export interface Watchdog {
  /** A process group to end with the supervisor. */
  readonly add: (group: number) => void;
  readonly remove: (group: number) => void;
  /** Lets it go: nothing is ended. Resolves when it has exited. */
  readonly close: () => Promise<void>;
  readonly pid: () => number | undefined;
}

/**
 * Starts the watchdog, and again whenever it dies.
 * @param fleetFile Removed after the supervisor's death, if it is still the supervisor's.
 */
export function createWatchdog(fleetFile: string, mark: FleetMark, clock: Clock): Watchdog {
  const groups = new Set<number>();
  let closed = false;
  let shell = start();

  function restart(): void {
    if (!closed) shell = start();
  }
  function start(): ChildProcess {
    const startedMs = clock.now();
    const child = spawn(
      "/bin/sh",
      ["-c", SCRIPT, "shoal-watchdog", String(process.pid), fleetFile, assignmentOf(mark)],
      {
        detached: true,
        stdio: ["pipe", "ignore", "ignore"],
        cwd: "/",
        // Not the supervisor's own mark, if it runs within another fleet: that one's end must not take this one's net away.
        env: { PATH: process.env["PATH"] },
      },
    );
    child.stdin?.on("error", () => {}); // EPIPE: its exit is seen below
    child.once("error", () => {}); // no /bin/sh: the fleet runs without its net
    child.once("exit", () => {
      // At once when someone killed it; with a pause when it cannot live: a shell that is no shell.
      const livedMs = clock.now() - startedMs;
      if (livedMs >= RESTART_MS) restart();
      else clock.after(RESTART_MS, restart);
    });
    for (const group of groups) child.stdin?.write(`+${group}\n`);
    return child;
  }

  return {
    add(group) {
      groups.add(group);
      shell.stdin?.write(`+${group}\n`);
    },
    remove(group) {
      if (groups.delete(group)) shell.stdin?.write(`-${group}\n`);
    },
    async close() {
      closed = true;
      for (const group of groups) shell.stdin?.write(`-${group}\n`);
      groups.clear();
      if (shell.exitCode !== null || shell.signalCode !== null || shell.pid === undefined) return;
      const exited = new Promise<void>((resolve) => shell.once("exit", () => resolve()));
      shell.stdin?.end();
      await exited;
    },
    pid: () => shell.pid,
  };
}
