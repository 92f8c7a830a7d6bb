// The frames of shoal-mux/1, written from docs/wire.md alone, as all of the second client.

export const KIND = { HELLO: 0, REQUEST: 1, REPLY: 2, DATA: 3, CREDIT: 4, CANCEL: 5, PING: 6, PONG: 7, GO_AWAY: 8 };
export const END = 64;
export const IGNORABLE = 128;

/** The settings of a HELLO by their numbers. */
export type Settings = Readonly<Record<number, number>>;

export const FRAME_BYTES = 1;
export const HEAD_BYTES = 2;
export const INLINE_BYTES = 3;
export const CALLS = 4;
export const CALL_WINDOW = 5;
export const WINDOW = 6;
export const DEFAULTS: Settings = {
  [FRAME_BYTES]: 65_536,
  [HEAD_BYTES]: 16_384,
  [INLINE_BYTES]: 16_384,
  [CALLS]: 1_024,
  [CALL_WINDOW]: 262_144,
  [WINDOW]: 8_388_608,
};

/** @param kind With END and IGNORABLE where they belong. */
export function frameOf(kind: number, id: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUIntBE(payload.length, 0, 3);
  head.writeUInt8(kind, 3);
  head.writeUInt32BE(id, 4);
  return Buffer.concat([head, payload]);
}

export function u32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index);
  return bytes;
}

export function helloOf(settings: Settings): Buffer {
  const each = Object.entries(settings).map(([number, value]) => [...Buffer.of(Number(number)), ...u32(value)]);
  return Buffer.from([1, ...each.flat()]);
}

export function of(settings: Settings, number: number): number {
  return settings[number] ?? 0;
}
