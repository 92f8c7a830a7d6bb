import type { Attributes, AttributeValue } from "./records.ts";

/** `{"key":"http.route","value":` of each key met: there are few, and each span has a dozen. */
const keys = new Map<string, string>();
/** Keys of a user's own spans may be without end. */
const KEYS_MAX = 1_000;

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
    json += `${json === "" ? "" : ","}${keys.get(key) ?? keyJson(key)}${valueJson(value)}}`;
  }
  return `[${json}]`;
}

function keyJson(key: string): string {
  const json = `{"key":${JSON.stringify(key)},"value":`;
  if (keys.size < KEYS_MAX) keys.set(key, json);
  return json;
}

function valueJson(value: AttributeValue): string {
  switch (typeof value) {
    case "string":
      return `{"stringValue":${JSON.stringify(value)}}`;
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

/** Unix ms with fractions as nanoseconds. A double cannot hold today's, so whole ms and fraction are written apart. */
export function nanoText(unixMs: number): string {
  const wholeMs = Math.floor(unixMs);
  const nanos = Math.floor((unixMs - wholeMs) * 1e6);
  return nanos === 0 ? `${wholeMs}000000` : `${wholeMs}${String(nanos).padStart(6, "0")}`;
}
