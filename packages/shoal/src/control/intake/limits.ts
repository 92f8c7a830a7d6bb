import { checkInteger, withDefaults } from "../../core/options.ts";

/** How much is taken in. What is over a limit of a body refuses the body; of a record, is cut or left out of it. */
export interface IntakeLimits {
  /** Of a gzip body as it comes, in bytes. Default 4 MiB: over ten times what SDKs and collectors send at once. */
  readonly packedBytesMax: number;
  /** Of a body after unpacking, and of one that is not packed. Default 16 MiB. */
  readonly unpackedBytesMax: number;
  /** Spans, log records, exchanges or points of one body; further ones are rejected. Default 100 000. */
  readonly recordsMax: number;
  /** Of one record or resource; further ones are left out and counted. Default 128, as in OpenTelemetry's SDKs. */
  readonly attributesMax: number;
  /** Events, and links, of one span; likewise. Default 128, as in OpenTelemetry's SDKs. */
  readonly eventsMax: number;
  /** Characters of an attribute's key and of a name. Default 256. */
  readonly nameCharsMax: number;
  /** Characters of an attribute's value; what is longer is cut and ends in "…". Default 16 384: a stack trace fits. */
  readonly valueCharsMax: number;
  /** Characters of a log record's text; likewise. Default 65 536. */
  readonly textCharsMax: number;
  /** Lists and maps within each other in one attribute; what is deeper becomes "…". Default 8. */
  readonly nestingMax: number;
}

export const INTAKE_LIMITS: IntakeLimits = Object.freeze({
  packedBytesMax: 4 * 1_024 * 1_024,
  unpackedBytesMax: 16 * 1_024 * 1_024,
  recordsMax: 100_000,
  attributesMax: 128,
  eventsMax: 128,
  nameCharsMax: 256,
  valueCharsMax: 16_384,
  textCharsMax: 65_536,
  nestingMax: 8,
});

/** Fills in the defaults. Throws OPTION_INVALID. */
export function resolveIntakeLimits(given?: Partial<IntakeLimits>): IntakeLimits {
  const limits = withDefaults(INTAKE_LIMITS, given);
  for (const [name, value] of Object.entries(limits)) checkInteger(name, value, 1, 2 ** 30);
  checkInteger("nestingMax", limits.nestingMax, 1, 64);
  return limits;
}
