import type { Baggage, BaggageEntry } from "@opentelemetry/api";
import { baggageOf } from "../../core/baggage.ts";
import type { Api } from "./joint.ts";

/** The header that a baggage came in: as long as nobody changes it, it goes on as it came. */
const headers = new WeakMap<Baggage, string>();

/** Reads a `baggage` header as far as it is passed on; members that are none are left out. */
export function parseBaggage(api: Api, given: string): Baggage {
  const header = baggageOf(given);
  const entries: Record<string, BaggageEntry> = {};
  for (const member of header.split(",")) {
    const [pair = "", ...properties] = member.split(";");
    const at = pair.indexOf("=");
    const key = decoded(pair.slice(0, at).trim());
    if (at < 1 || key === "" || key === "__proto__") continue;
    const value = decoded(pair.slice(at + 1).trim());
    const metadata = properties.join(";").trim();
    entries[key] = metadata === "" ? { value } : { value, metadata: api.baggageEntryMetadataFromString(metadata) };
  }
  const baggage = api.propagation.createBaggage(entries);
  headers.set(baggage, header);
  return baggage;
}

export function formatBaggage(baggage: Baggage): string {
  const known = headers.get(baggage);
  if (known !== undefined) return known;
  const members = baggage.getAllEntries().map(([key, { value, metadata }]) => {
    const properties = metadata === undefined ? "" : `;${metadata.toString()}`;
    return `${encodeURIComponent(key)}=${encodeURIComponent(value)}${properties}`;
  });
  return baggageOf(members.join(","));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
