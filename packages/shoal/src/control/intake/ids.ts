const HEX = /^[0-9a-f]+$/;
const ZEROS = /^0+$/;

/** Whether it is lower-case hex of that length and not all zeros: what OpenTelemetry calls a valid id. */
export function isHexId(id: string, chars: 16 | 32): boolean {
  return id.length === chars && HEX.test(id) && !ZEROS.test(id);
}

/**
 * An id of a JSON body in lower case; "" when it is no hex. Some exporters write protobuf's own mapping, base64, which
 * the specification forbids and which cannot be told from hex for certain: such a record is rejected.
 */
export function idOfJson(value: unknown): string {
  if (typeof value !== "string" || value.length > 64) return "";
  return value.toLowerCase();
}
