import type { Command } from "./command.ts";
import type { ExitName } from "./exit-codes.ts";

/** What a command offers: the parser, its `--help` and docs/cli.md are made of this. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** More than the summary: what it does and decides. One sentence or a few. */
  readonly description: string;
  /** In commander's syntax, such as "<service>" or "[input]", and what it is. */
  readonly positional: readonly (readonly [syntax: string, description: string])[];
  /** In commander's syntax, such as "--config <file>", and what it does; "…" before the end: may be repeated. */
  readonly options: readonly OptionSpec[];
  readonly examples: readonly (readonly [command: string, what: string])[];
  /** Beside ok, failed and usage. */
  readonly exits: readonly ExitName[];
  readonly load: () => Promise<Command>;
}

export interface OptionSpec {
  readonly flags: string;
  readonly description: string;
  readonly isRepeatable?: boolean;
  /** Not shown: for Shoal's own use. */
  readonly isHidden?: boolean;
}

/** What nearly every command has. */
export const JSON_OPTION: OptionSpec = { flags: "--json", description: "print JSON for machines" };
/** Of commands that start or stop a fleet. */
export const CONFIG_OPTION: OptionSpec = {
  flags: "-c, --config <file>",
  description: "the fleet's config (default: shoal.config.ts, .js or .mjs here or in a folder above)",
};
/** Of commands that ask the control plane. */
export const CONTROL_OPTION: OptionSpec = {
  flags: "--control <url>",
  description: "the control plane to ask (default: SHOAL_CONTROL, or the fleet that runs here or in a folder above)",
};
/** Of commands that show what is recorded. */
export const RUN_OPTION: OptionSpec = {
  flags: "--run <id>",
  description: 'of an earlier run of the fleet, or "all" (default: this run)',
};
/** What commands that ask the control plane have at least. */
export const CONTROLLED = [CONTROL_OPTION, JSON_OPTION] as const;
/** How such commands end when there is nobody to ask. */
export const NEEDS_FLEET = ["notRunning", "unreachable"] as const;
