import { shoalError } from "../core/errors.ts";
import { isName, NAME_RULE } from "../core/names.ts";
import { CONTROL_PORT, type PortWish } from "./bind.ts";
import type { FaultSetting } from "./faults/fault-permit.ts";
import { tokenFor } from "./guard.ts";
import { HISTORY_BYTES_MIN } from "./history/history-options.ts";
import { isRunId } from "./history/run-id.ts";

/** How the control plane's process runs, as its environment has it. */
export interface ControlSettings {
  readonly host: string;
  readonly port: PortWish;
  /** What every request must bring; undefined on loopback. */
  readonly token: string | undefined;
  /** Where `control.db` is. */
  readonly stateFolder: string;
  /** "" when a supervisor will say. */
  readonly fleet: string;
  readonly realm: string;
  readonly release: string;
  /** The id of the fleet's life; undefined: this process begins one. */
  readonly run: string | undefined;
  /** What the history may take of the disk; undefined: its default. */
  readonly historyBytesMax: number | undefined;
  /** Whether faults may be added; undefined: where the realm is one for development. */
  readonly faults: FaultSetting;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads SHOAL_CONTROL_HOST (default 127.0.0.1), SHOAL_CONTROL_PORT (default 4400 or, when that is taken, one after it; a
 * given port is waited for and no other taken; 0 is any), SHOAL_CONTROL_TOKEN, SHOAL_STATE (default .shoal),
 * SHOAL_FLEET, SHOAL_REALM (default local), SHOAL_RELEASE, SHOAL_RUN (default a new one), SHOAL_HISTORY_BYTES (default
 * 1 GiB), SHOAL_FAULTS (allowed or refused; default: by the realm). Throws OPTION_INVALID naming the variable.
 */
export function controlSettingsFrom(env: Environment): ControlSettings {
  const host = env["SHOAL_CONTROL_HOST"] || "127.0.0.1";
  return {
    host,
    port: portIn(env["SHOAL_CONTROL_PORT"] ?? ""),
    token: tokenFor(host, env["SHOAL_CONTROL_TOKEN"]),
    stateFolder: env["SHOAL_STATE"] || ".shoal",
    fleet: env["SHOAL_FLEET"] ? nameIn("SHOAL_FLEET", env["SHOAL_FLEET"]) : "",
    realm: nameIn("SHOAL_REALM", env["SHOAL_REALM"] || "local"),
    release: env["SHOAL_RELEASE"] || "dev",
    run: env["SHOAL_RUN"] ? runIn(env["SHOAL_RUN"]) : undefined,
    historyBytesMax: env["SHOAL_HISTORY_BYTES"] ? historyBytesIn(env["SHOAL_HISTORY_BYTES"]) : undefined,
    faults: env["SHOAL_FAULTS"] ? faultsIn(env["SHOAL_FAULTS"]) : undefined,
  };
}

function portIn(text: string): PortWish {
  if (text === "") return { kind: "preferred", port: CONTROL_PORT };
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return { kind: "wanted", port };
  throw invalid("SHOAL_CONTROL_PORT", "an integer from 0 to 65535", text);
}

function nameIn(variable: string, value: string): string {
  if (isName(value)) return value;
  throw invalid(variable, NAME_RULE, value);
}

function runIn(value: string): string {
  if (isRunId(value)) return value;
  throw invalid("SHOAL_RUN", '1 to 64 letters, digits, dots, hyphens or underscores, and not "all"', value);
}

function historyBytesIn(text: string): number {
  const bytes = Number(text);
  if (Number.isSafeInteger(bytes) && bytes >= HISTORY_BYTES_MIN) return bytes;
  throw invalid("SHOAL_HISTORY_BYTES", `an integer of at least ${HISTORY_BYTES_MIN}`, text);
}

function faultsIn(text: string): FaultSetting {
  if (text === "allowed" || text === "refused") return text;
  throw invalid("SHOAL_FAULTS", "allowed or refused", text);
}

function invalid(option: string, rule: string, got: string) {
  return shoalError("OPTION_INVALID", { message: `${option} must be ${rule}, got "${got}"`, details: { option } });
}
