/**
 * How much a request matters when not all can be served, most first. Google's SRE book (chapter 21) has four; three are
 * what people tell apart: `critical` is shed last, `sheddable` first, and who says nothing is in between.
 */
export const CRITICALITIES = ["critical", "default", "sheddable"] as const;

export type Criticality = (typeof CRITICALITIES)[number];

/** Of a request that does not say. */
export const DEFAULT_CRITICALITY: Criticality = "default";

/** The value of `x-shoal-criticality`; what is absent or unknown is the default: a caller's slip must not fail a request. */
export function criticalityIn(header: string | undefined): Criticality {
  return header === "critical" || header === "sheddable" ? header : DEFAULT_CRITICALITY;
}
