import { usage } from "./args.ts";
import type { ControlClient } from "./control-client.ts";
import type { CliPorts } from "./ports.ts";
import { printable } from "./terminal/display-width.ts";

export interface NoneFoundParts {
  /** What there is none of, such as "traces". */
  readonly what: string;
  /** How there come to be some. */
  readonly yet: string;
  /** True when something was asked for beside how many. */
  readonly isFiltered: boolean;
  /** The run that was asked for, if one was. */
  readonly run: string | undefined;
}

const RUNS_NAMED = 5;

/** Says, beside the output, that nothing was found, and why that may be. Throws USAGE for a run that is not kept. */
export async function noneFound(ports: CliPorts, control: ControlClient, parts: NoneFoundParts): Promise<void> {
  const { what, yet, isFiltered, run } = parts;
  if (run !== undefined && run !== "all") await checkRun(control, run);
  const text = isFiltered
    ? `there are no such ${what}: try fewer filters, or --run all`
    : `there are no ${what} yet: ${yet}`;
  ports.stderr.write(`${text}\n`);
}

async function checkRun(control: ControlClient, given: string): Promise<void> {
  const { current, runs } = await control.listRuns();
  if (runs.some(({ id }) => id === given)) return;
  const named = runs.slice(0, RUNS_NAMED).map(({ id }) => (id === current ? `${id} (this one)` : id));
  const more = runs.length > RUNS_NAMED ? ` and ${runs.length - RUNS_NAMED} more` : "";
  throw usage(`there is no run "${printable(given)}"`, `Kept are: ${named.join(", ")}${more}; or "all".`);
}
