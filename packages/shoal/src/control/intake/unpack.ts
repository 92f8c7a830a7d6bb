import { gunzipSync } from "node:zlib";
import { messageOf, shoalError } from "../../core/errors.ts";
import type { IntakeLimits } from "./limits.ts";

/**
 * A body as its sender made it. It blocks its thread while it unpacks: not for a thread that answers requests.
 *
 * @param encoding The content-encoding: "", "identity" or "gzip"; anything else throws UNSUPPORTED_MEDIA_TYPE.
 * Throws BODY_TOO_LARGE, also when only the unpacked body is, and BODY_MALFORMED.
 */
export function unpack(bytes: Uint8Array, encoding: string, limits: IntakeLimits): Uint8Array {
  const name = encoding.trim().toLowerCase();
  if (name === "" || name === "identity") return checked(bytes, limits.unpackedBytesMax);
  if (name !== "gzip" && name !== "x-gzip") {
    throw shoalError("UNSUPPORTED_MEDIA_TYPE", {
      message: `the content encoding "${name.slice(0, 32)}" is not understood`,
      hint: "Send it with gzip or as it is; for an OpenTelemetry SDK set OTEL_EXPORTER_OTLP_COMPRESSION=gzip.",
    });
  }
  checked(bytes, limits.packedBytesMax);
  try {
    // The bound stops a bomb while it unfolds: 16 MiB of zeros are 16 kB of gzip.
    return gunzipSync(bytes, { maxOutputLength: limits.unpackedBytesMax });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge("unpacked it is", limits.unpackedBytesMax);
    throw shoalError("BODY_MALFORMED", { message: `it is no gzip: ${messageOf(cause)}`, cause });
  }
}

function checked(bytes: Uint8Array, bytesMax: number): Uint8Array {
  if (bytes.byteLength > bytesMax) throw tooLarge("the body is", bytesMax);
  return bytes;
}

function tooLarge(what: string, bytesMax: number) {
  return shoalError("BODY_TOO_LARGE", {
    message: `${what} over ${bytesMax} bytes`,
    hint: "Send fewer records at once; for an OpenTelemetry SDK set OTEL_BSP_MAX_EXPORT_BATCH_SIZE.",
    details: { bytesMax },
  });
}
