import { processRedactRules, type RedactRules } from "./redact-rules.ts";

/** How exchanges are captured in this process. */
export interface CaptureSettings {
  /** Bytes kept of a body, 0 to 1 MiB; 0: bodies are not captured. Default 65 536. */
  readonly bodyBytesMax: number;
  readonly rules: RedactRules;
}

export const BODY_BYTES_MAX = 65_536;
const BODY_BYTES_LIMIT = 1_048_576;

let ofProcess: CaptureSettings | undefined;

/** The settings of this process, read on first use: SHOAL_CAPTURE_BYTES and SHOAL_REDACT. */
export function captureSettings(): CaptureSettings {
  ofProcess ??= Object.freeze({ bodyBytesMax: bodyBytesMaxIn(process.env), rules: processRedactRules() });
  return ofProcess;
}

/** What is no number from 0 to 1 MiB counts as not said: telemetry is no reason for a service not to start. */
export function bodyBytesMaxIn(env: Readonly<Record<string, string | undefined>>): number {
  const said = env["SHOAL_CAPTURE_BYTES"];
  const bytes = said === undefined || said.trim() === "" ? Number.NaN : Number(said);
  return Number.isInteger(bytes) && bytes >= 0 && bytes <= BODY_BYTES_LIMIT ? bytes : BODY_BYTES_MAX;
}
