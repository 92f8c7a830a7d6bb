import type { CommandArgs } from "./args.ts";
import type { CliPorts } from "./ports.ts";

/** Runs a command; resolves to its exit code, or rejects with the error to be shown. */
export type Command = (ports: CliPorts, args: CommandArgs) => Promise<number>;
