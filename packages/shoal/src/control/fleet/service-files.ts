import { resolve } from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { FleetDefinition } from "./definition.ts";
import { createFileWatch } from "./file-watch.ts";
import { nodeFile } from "./launch.ts";

export interface ServiceFiles {
  /** A process of the service loaded these, or named them when it crashed. */
  readonly add: (service: string, files: readonly string[]) => void;
  readonly close: () => void;
}

export interface ServiceFilesEvents {
  readonly onChange: (services: readonly string[], file: string) => void;
  readonly onConfigChange: () => void;
}

/** No service can have this name. */
const CONFIG = "the config";

/**
 * Knows which files a service is made of: its entry and what the config names from the start, so that a file too
 * broken to load is watched too; then all that its processes were ever seen to load.
 */
export function watchServiceFiles(
  clock: Clock,
  configFile: string,
  { services }: Pick<FleetDefinition, "services">,
  events: ServiceFilesEvents,
): ServiceFiles {
  const folder = resolve(configFile, "..");
  const files = new Map<string, Set<string>>();
  const watch = createFileWatch({
    clock,
    onChange(owners, file) {
      if (owners.has(CONFIG)) events.onConfigChange();
      const changed = [...owners].filter((owner) => owner !== CONFIG);
      if (changed.length > 0) events.onChange(changed, file);
    },
  });
  watch.set(CONFIG, [configFile]);
  for (const [service, definition] of Object.entries(services)) {
    const named = (definition.options.watch ?? []).map((path) => resolve(folder, path));
    const entry = definition.kind === "node" ? [nodeFile(folder, definition.file)] : [];
    files.set(service, new Set([...entry, ...named]));
    watch.set(service, [...entry, ...named]);
  }
  return {
    add(service, loaded) {
      const known = files.get(service);
      if (known === undefined) return;
      const before = known.size;
      for (const file of loaded) known.add(file);
      if (known.size > before) watch.set(service, known);
    },
    close: watch.close,
  };
}
