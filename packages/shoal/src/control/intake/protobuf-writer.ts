import { WIRE } from "./protobuf-reader.ts";

/** A field that is a count or an enum; nothing for 0, which protobuf leaves out. */
export function unsignedField(field: number, value: number): Buffer {
  return value === 0 ? EMPTY : Buffer.from([...varint(field * 8 + WIRE.varint), ...varint(value)]);
}

/** A field that is a text; nothing for "". */
export function textField(field: number, text: string): Buffer {
  return text === "" ? EMPTY : messageField(field, Buffer.from(text));
}

/** A field that is a message, empty or not. */
export function messageField(field: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([...varint(field * 8 + WIRE.bytes), ...varint(bytes.byteLength)]), bytes]);
}

const EMPTY = Buffer.alloc(0);

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  return [...bytes, rest];
}
