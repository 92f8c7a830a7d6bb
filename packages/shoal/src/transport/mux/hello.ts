import { u32 } from "./frame-reader.ts";
import { MUX_DEFAULTS, type MuxOptions } from "./options.ts";
import { GO_AWAY, MuxError, SETTING, SETTING_IGNORABLE, SETTINGS_MAX, VERSION, WINDOW_BYTES_MAX } from "./protocol.ts";

/** What a side told of itself in its first frame: what it takes in. */
export type Hello = Pick<MuxOptions, keyof typeof SETTING>;
type Setting = keyof typeof SETTING;

const SETTING_BYTES = 5;
const SETTINGS = Object.entries(SETTING) as readonly (readonly [Setting, number])[];
const BY_NUMBER: ReadonlyMap<number, Setting> = new Map(SETTINGS.map(([name, number]) => [number, name]));

/** What a value must be at least and at most, so that the protocol works at all. */
const RANGE: Readonly<Record<Setting, readonly [min: number, max: number]>> = {
  frameBytesMax: [1_024, 2 ** 24 - 1],
  headBytesMax: [256, 65_536],
  inlineBytesMax: [0, 2 ** 24 - 1],
  callsMax: [0, 65_536],
  callWindowBytes: [1_024, WINDOW_BYTES_MAX],
  connectionWindowBytes: [1_024, WINDOW_BYTES_MAX],
};

/** The payload of a HELLO: the version, then each setting as u8 number and u32 value. */
export function writeHello(hello: Hello): Uint8Array {
  const bytes = Buffer.alloc(1 + SETTINGS.length * SETTING_BYTES);
  bytes[0] = VERSION;
  SETTINGS.forEach(([name, number], index) => {
    const at = 1 + index * SETTING_BYTES;
    bytes[at] = number;
    bytes.writeUInt32BE(hello[name], at + 1);
  });
  return bytes;
}

/** Reads the payload of a HELLO; a setting that is absent has its default. Throws MuxError. */
export function readHello(bytes: Uint8Array): Hello {
  if (bytes[0] !== VERSION) throw unsupported(`version ${bytes[0] ?? "none"}, where ${VERSION} is spoken`);
  const count = (bytes.length - 1) / SETTING_BYTES;
  if (!Number.isInteger(count) || count > SETTINGS_MAX) throw malformed("its length");
  const { frameBytesMax, headBytesMax, inlineBytesMax, callsMax, callWindowBytes, connectionWindowBytes } =
    MUX_DEFAULTS;
  const hello = { frameBytesMax, headBytesMax, inlineBytesMax, callsMax, callWindowBytes, connectionWindowBytes };
  for (let at = 1; at < bytes.length; at += SETTING_BYTES) {
    const number = bytes[at] as number;
    const name = BY_NUMBER.get(number);
    if (name !== undefined) hello[name] = inRange(name, u32(bytes, at + 1));
    else if ((number & SETTING_IGNORABLE) === 0) throw unsupported(`the setting ${number}, which is not known here`);
  }
  return hello;
}

function inRange(name: Setting, value: number): number {
  const [min, max] = RANGE[name];
  if (value >= min && value <= max) return value;
  throw malformed(`${name} ${value}`);
}

function malformed(what: string): MuxError {
  return new MuxError(GO_AWAY.protocol, `a HELLO is not valid: ${what}`);
}

function unsupported(what: string): MuxError {
  return new MuxError(GO_AWAY.unsupported, `a HELLO has ${what}`);
}
