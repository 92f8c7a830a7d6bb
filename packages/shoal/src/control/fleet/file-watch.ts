import { type FSWatcher, type Stats, statSync, watch } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Cancel, Clock } from "../../core/clock.ts";

export interface FileWatch {
  /** Replaces what an owner, such as a service, depends on: files, and folders with all that is in them. Absolute. */
  readonly set: (owner: string, paths: Iterable<string>) => void;
  readonly close: () => void;
}

export interface FileWatchOptions {
  readonly clock: Clock;
  /** The owners of files whose content has changed, and one of the files. */
  readonly onChange: (owners: ReadonlySet<string>, file: string) => void;
}

/** An editor saves in several steps: write, rename, change mode. What follows within this time, in ms, is one change. */
const SETTLE_MS = 50;
/** Paths per owner: the modules of a large app. More are not watched. */
const PATHS_MAX = 5_000;
/** A folder that is watched as a whole says nothing of these: tools write there, and nobody edits. */
const IGNORED = /(^|\/)(node_modules|\.[^/]+)(\/|$)/;

interface Folder {
  readonly watcher: FSWatcher | undefined;
  /** Watched files in it, with what they looked like. */
  readonly files: Map<string, string>;
}

/**
 * Tells when files change. Watches the folders that hold them, not the files: an editor that saves by renaming a new
 * file over the old one would leave a watch on a file that is gone. What the system tells is only a hint: a file has
 * changed when its size or time of change has.
 */
export function createFileWatch({ clock, onChange }: FileWatchOptions): FileWatch {
  const owners = new Map<string, ReadonlySet<string>>();
  const folders = new Map<string, Folder>();
  const trees = new Map<string, FSWatcher>();
  const touched = new Set<string>();
  let cancel: Cancel | undefined;

  const touch = (path: string) => {
    touched.add(path);
    cancel ??= clock.after(SETTLE_MS, settle);
  };
  const settle = () => {
    cancel = undefined;
    const paths = [...touched];
    touched.clear();
    const changed = paths.filter(hasChanged);
    const affected = new Set([...owners].flatMap(([owner, watched]) => (touches(watched, changed) ? [owner] : [])));
    const [first] = changed;
    if (affected.size > 0 && first !== undefined) onChange(affected, first);
  };
  /** True once for each new look of a watched file, and for anything within a watched tree. */
  const hasChanged = (path: string) => {
    const files = folders.get(dirname(path))?.files;
    const before = files?.get(path);
    if (files === undefined || before === undefined)
      return [...trees.keys()].some((tree) => path.startsWith(`${tree}/`));
    const now = lookOf(path);
    // Gone for a moment while it is being replaced: the new one comes with an event of its own.
    if (now === "" || now === before) return false;
    files.set(path, now);
    return true;
  };
  const watchFile = (path: string) => {
    const at = dirname(path);
    const folder = folders.get(at) ?? {
      watcher: open(at, false, (name) => folders.get(at)?.files.has(join(at, name)) && touch(join(at, name))),
      files: new Map<string, string>(),
    };
    folders.set(at, folder);
    if (!folder.files.has(path)) folder.files.set(path, lookOf(path));
  };
  const watchTree = (path: string) => {
    if (trees.has(path)) return;
    const watcher = open(path, true, (name) => !IGNORED.test(name) && touch(join(path, name)));
    if (watcher) trees.set(path, watcher);
  };
  const forget = () => {
    const wanted = new Set([...owners.values()].flatMap((paths) => [...paths]));
    for (const [path, watcher] of trees) if (!wanted.has(path)) closeIn(trees, path, watcher);
    for (const [path, folder] of folders) {
      for (const file of folder.files.keys()) if (!wanted.has(file)) folder.files.delete(file);
      if (folder.files.size === 0) closeIn(folders, path, folder.watcher);
    }
  };

  return {
    set(owner, paths) {
      const watched = new Set([...paths].slice(0, PATHS_MAX));
      owners.set(owner, watched);
      for (const path of watched) {
        if (statOf(path)?.isDirectory()) watchTree(path);
        else watchFile(path);
      }
      forget();
    },
    close() {
      cancel?.();
      owners.clear();
      forget();
    },
  };
}

function touches(watched: ReadonlySet<string>, changed: readonly string[]): boolean {
  return changed.some((file) => {
    for (let path = file; path !== dirname(path); path = dirname(path)) if (watched.has(path)) return true;
    return false;
  });
}

/** @returns undefined when the system cannot watch it: then nothing restarts, and the rest works. */
function open(path: string, recursive: boolean, onName: (name: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(path, { recursive, persistent: false }, (_, name) => onName(name ?? basename(path)));
    watcher.on("error", () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function closeIn<Value>(map: Map<string, Value>, path: string, watcher: FSWatcher | undefined): void {
  watcher?.close();
  map.delete(path);
}

/** What tells one content of a file from another without reading it; "" when there is no file. */
function lookOf(path: string): string {
  const stat = statOf(path);
  return stat === undefined ? "" : `${stat.mtimeMs} ${stat.size}`;
}

function statOf(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
