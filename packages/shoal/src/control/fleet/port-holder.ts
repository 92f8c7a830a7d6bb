import { readdir, readFile, readlink } from "node:fs/promises";

export interface PortHolder {
  readonly pid: number;
  /** Its command line, at most 80 characters. */
  readonly command: string;
}

const LISTEN = "0A";

/** Who listens on a TCP port of this machine: on Linux, and where /proc lets us look; otherwise undefined. */
export async function holderOf(port: number): Promise<PortHolder | undefined> {
  const inodes = new Set<string>();
  for (const table of ["/proc/net/tcp", "/proc/net/tcp6"]) {
    for (const inode of listenersIn(await readText(table), port)) inodes.add(`socket:[${inode}]`);
  }
  if (inodes.size === 0) return undefined;
  for (const pid of await namesIn("/proc")) {
    if (/^\d+$/.test(pid) && (await holdsAny(pid, inodes))) {
      const command = (await readText(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim();
      return { pid: Number(pid), command: command.slice(0, 80) };
    }
  }
  return undefined;
}

/** Inodes of the listening sockets in a table such as /proc/net/tcp (proc_net_tcp(5)). */
export function listenersIn(table: string, port: number): readonly string[] {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return table.split("\n").flatMap((row) => {
    const [, local = "", , state, , , , , , inode = ""] = row.trim().split(/\s+/);
    return state === LISTEN && local.endsWith(suffix) ? [inode] : [];
  });
}

async function holdsAny(pid: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const folder = `/proc/${pid}/fd`;
  for (const descriptor of await namesIn(folder)) {
    if (sockets.has(await readlink(`${folder}/${descriptor}`).catch(() => ""))) return true;
  }
  return false;
}

/** Empty for what is not there, or not ours to read. */
function namesIn(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch(() => []);
}

function readText(file: string): Promise<string> {
  return readFile(file, "utf8").catch(() => "");
}
