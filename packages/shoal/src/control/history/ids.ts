/** Ids of traces and spans as they are kept: bytes; null for "". */
export function idBytes(hex: string): Uint8Array | null {
  return hex === "" ? null : Buffer.from(hex, "hex");
}

/** The reverse of idBytes. */
export function idText(bytes: unknown): string {
  return bytes instanceof Uint8Array
    ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")
    : "";
}
