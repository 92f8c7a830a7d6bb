import { jsonText } from "./json-text.ts";
import { createKnownTexts, type KnownTexts } from "./known-texts.ts";
import type { Attributes, AttributeValue } from "./records.ts";

/** What is known of each key met: there are few, and each span has a dozen. */
interface KnownKey {
  /** `{"key":"http.route","value":` */
  readonly head: string;
  /** The whole KeyValue of a string: most keys have a few that come all the time. */
  readonly ofText: KnownTexts;
}

const keys = new Map<string, KnownKey>();
/** Keys of a user's own spans may be without end. */
const KEYS_MAX = 200;
const VALUES_MAX = 16;

/**
 * Attributes as the JSON of OTLP's KeyValue list. By concatenation: `JSON.stringify` of the objects that it would take
 * cost three times as much, and spans are most of what telemetry costs a service.
 * @see https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding
 */
export function attributesJson(attributes: Attributes): string {
  let json = "";
  for (const key in attributes) {
    const value = attributes[key];
    if (value === undefined) continue;
    const { head, ofText } = keys.get(key) ?? newKey(key);
    if (json !== "") json += ",";
    json += typeof value === "string" ? ofText(value) : `${head}${valueJson(value)}}`;
  }
  return `[${json}]`;
}

function newKey(key: string): KnownKey {
  const head = `{"key":${jsonText(key)},"value":`;
  const known = { head, ofText: createKnownTexts((text) => `${head}${valueJson(text)}}`, VALUES_MAX) };
  if (keys.size < KEYS_MAX) keys.set(key, known);
  return known;
}

function valueJson(value: AttributeValue): string {
  switch (typeof value) {
    case "string":
      return `{"stringValue":${jsonText(value)}}`;
    case "boolean":
      return value ? '{"boolValue":true}' : '{"boolValue":false}';
    case "number":
      return numberJson(value);
    default:
      return `{"arrayValue":{"values":[${value.map(valueJson).join(",")}]}}`;
  }
}

/** 64-bit integers are strings in protobuf's JSON, and so are the numbers that JSON has no word for. */
function numberJson(value: number): string {
  if (Number.isSafeInteger(value)) return `{"intValue":"${value}"}`;
  return `{"doubleValue":${Number.isFinite(value) ? value : `"${value}"`}}`;
}
