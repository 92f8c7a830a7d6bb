/** As much of protobuf's encoding as OTLP needs; lengths are made by encoding inside out. */
export function message(...fields: readonly Uint8Array[]): Buffer {
  return Buffer.concat(fields);
}

/** A field that holds bytes, a text or a message. */
export function bytesField(field: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === "string" ? Buffer.from(value) : value;
  return Buffer.concat([varint((field << 3) | 2), varint(bytes.length), bytes]);
}

export function varintField(field: number, value: number): Buffer {
  return Buffer.concat([varint(field << 3), varint(value)]);
}

/** A nanosecond time of 8 bytes. */
export function timeField(field: number, ms: number): Buffer {
  const bytes = Buffer.alloc(8);
  writeTime(bytes, 0, ms);
  return Buffer.concat([varint((field << 3) | 1), bytes]);
}

/** Unix ms as nanoseconds, in place: two halves, since a number has only 53 bits. */
export function writeTime(bytes: Buffer, offset: number, ms: number): void {
  const [low, high] = [ms % 2 ** 16, Math.floor(ms / 2 ** 16)];
  const lowNs = low * 1e6;
  const highNs = high * 1e6 * 2 ** 16;
  const sum = BigInt(Math.round(lowNs)) + BigInt(highNs);
  bytes.writeBigUInt64LE(sum, offset);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
  return Buffer.from(bytes);
}
