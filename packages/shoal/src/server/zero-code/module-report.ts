import { fileURLToPath } from "node:url";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";

/** The folder of Shoal itself: what is in it is not part of the app. */
const OWN_FOLDER = new URL("../../", import.meta.url).href;

/** Tells the supervisor which files the app of this process is made of. */
export function reportModules(env: NodeJS.ProcessEnv): (url: string) => void {
  const send = (files: readonly string[]) => tellSupervisor({ kind: "modules", files }, env);
  return createModuleReport({ later: setImmediate, send, ownFolder: OWN_FOLDER });
}

export interface ModuleReportParts {
  /** Runs a task when the current burst of loading is over. */
  readonly later: (task: () => void) => void;
  readonly send: (files: readonly string[]) => void;
  /** Files below this URL are Shoal's own. */
  readonly ownFolder: string;
}

/** More files than this are not followed: nobody edits so many, and the list has to end somewhere. */
const FILES_MAX = 10_000;

/** Collects the files that an app is made of, and reports new ones in batches. What is below node_modules is not its. */
export function createModuleReport({ later, send, ownFolder }: ModuleReportParts): (url: string) => void {
  const seen = new Set<string>();
  let unsent: string[] = [];
  const flush = () => {
    const files = unsent;
    unsent = [];
    send(files);
  };
  return (url) => {
    if (!url.startsWith("file:") || url.includes("/node_modules/") || url.startsWith(ownFolder)) return;
    const file = fileURLToPath(url);
    if (seen.has(file) || seen.size >= FILES_MAX) return;
    seen.add(file);
    if (unsent.push(file) === 1) later(flush);
  };
}
