/**
 * SHA-256. `node:crypto` costs 5 ms of a process's start, so it is loaded on first use and not before.
 * @returns Hex, or base64 where a shorter text is wanted.
 */
export function sha256(data: string | Uint8Array, encoding: "hex" | "base64" = "hex"): string {
  return process.getBuiltinModule("node:crypto").hash("sha256", data, encoding);
}
