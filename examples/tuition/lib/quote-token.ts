import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { Price } from "./pricing.ts";

/** A price that holds until a moment, for one school. */
export interface PricedQuote extends Price {
  readonly schoolId: string;
  /** Unix ms. */
  readonly expiresMs: number;
}

const SIGNATURE_BYTES = 16;
const NONCE_BYTES = 6;

/**
 * The id of a quote, which is the quote itself with a signature: no instance has to remember it, any instance can vouch
 * for it, and nobody else can make one. About 180 characters.
 */
export function sealQuote(quote: PricedQuote, key: string, nonce = randomBytes(NONCE_BYTES)): string {
  const { schoolId, target, source, fee, rate, expiresMs } = quote;
  const facts = [schoolId, target.currency, target.minor, source.currency, source.minor, fee.minor, rate, expiresMs];
  const text = Buffer.from(JSON.stringify([...facts, nonce.toString("base64url")])).toString("base64url");
  return `${text}.${sign(text, key)}`;
}

/** The quote of an id, or undefined when this company never made it. Expired quotes are quotes still. */
export function openQuote(id: string, key: string): PricedQuote | undefined {
  const [text = "", signature = "", ...rest] = id.split(".");
  if (rest.length > 0 || !sameText(signature, sign(text, key))) return undefined;
  // What we signed, we wrote: no need to validate it again.
  const [schoolId, to, targetMinor, from, sourceMinor, feeMinor, rate, expiresMs] = JSON.parse(
    Buffer.from(text, "base64url").toString(),
  ) as [string, string, number, string, number, number, string, number];
  return {
    schoolId,
    target: { currency: to, minor: targetMinor },
    source: { currency: from, minor: sourceMinor },
    fee: { currency: from, minor: feeMinor },
    total: { currency: from, minor: sourceMinor + feeMinor },
    rate,
    expiresMs,
  };
}

function sign(text: string, key: string): string {
  return createHmac("sha256", key).update(text).digest().subarray(0, SIGNATURE_BYTES).toString("base64url");
}

/** Compares the text and not the bytes it decodes to: base64 has several spellings, and an id must have one. */
function sameText(given: string, wanted: string): boolean {
  const left = Buffer.from(given);
  const right = Buffer.from(wanted);
  return left.length === right.length && timingSafeEqual(left, right);
}
