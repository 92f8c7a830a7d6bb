import type { Cancel, Clock, Random } from "../core/clock.ts";
import type { ControlClient } from "./control-client.ts";

/** Where text goes. */
export interface Output {
  /** Text, or bytes as they are. */
  readonly write: (text: string | Uint8Array) => void;
  /** Resolves when everything written has left the process, or nobody reads any more. */
  readonly flush: () => Promise<void>;
}

/** Everything a command needs from the outside, so that tests run it without a process. */
export interface CliPorts {
  readonly stdout: Output;
  readonly stderr: Output;
  /** All of standard input, at most 16 MiB. Throws USAGE beyond. */
  readonly readStdin: () => Promise<string>;
  /** True when stdout is a terminal that can move its cursor. */
  readonly isTerminal: boolean;
  /** Width of the terminal; 80 without one. */
  readonly columns: () => number;
  /** Height of the terminal; 24 without one. */
  readonly rows: () => number;
  /** False when NO_COLOR is set or stdout is no terminal, unless FORCE_COLOR is. */
  readonly colours: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Tells of each SIGINT, SIGTERM and SIGHUP; while nobody listens they end the process as usual. */
  readonly onInterrupt: (listener: (signal: NodeJS.Signals) => void) => Cancel;
  /** Opens the control plane's API at an address such as "http://127.0.0.1:4400". */
  readonly connectControl: (address: string) => Promise<ControlClient>;
}
