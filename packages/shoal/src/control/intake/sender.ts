import type { Attributes } from "../../telemetry/records.ts";
import { redactFields } from "../../telemetry/redact-span.ts";
import type { DecodedFrom } from "./decoded.ts";
import { cutText } from "./text.ts";

/** A service's or an instance's name. */
const NAME_CHARS_MAX = 128;

/** Who sent what follows, by its resource: without secrets, for SDKs put a process' arguments into it. */
export function senderOf(given: Attributes): DecodedFrom {
  const resource = redactFields(given);
  const service = nameIn(resource, "service.name") || "unknown_service";
  return { service, instance: nameIn(resource, "service.instance.id") || service, resource };
}

function nameIn(resource: Attributes, key: string): string {
  const value = Object.hasOwn(resource, key) ? resource[key] : undefined;
  return typeof value === "string" || typeof value === "number" ? cutText(String(value).trim(), NAME_CHARS_MAX) : "";
}
