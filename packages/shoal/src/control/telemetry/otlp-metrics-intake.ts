import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import { messageOf, shoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { type HttpRequest, readBody } from "../../core/message.ts";
import { HEADER, JSON_TYPE } from "../../core/wire.ts";
import type { DurationPointOfIntake } from "../history/history.ts";
import { readDurationPoints } from "./otlp-points.ts";

/** A request's body, before and after it is unpacked, in bytes. */
export const OTLP_BODY_BYTES_MAX = 4 * 1_024 * 1_024;

const unpack = promisify(gunzip);

/**
 * The durations in an OTLP/HTTP metrics request. What it holds besides is ignored. Throws UNSUPPORTED_MEDIA_TYPE for
 * anything but JSON, plain or gzip; BODY_TOO_LARGE; BODY_MALFORMED when it is no JSON object.
 */
export async function readOtlpMetrics(request: HttpRequest): Promise<readonly DurationPointOfIntake[]> {
  const type = (request.headers[HEADER.contentType] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== JSON_TYPE) {
    throw shoalError("UNSUPPORTED_MEDIA_TYPE", {
      message: `metrics came as ${type === "" ? "nothing named" : `"${type}"`}, not ${JSON_TYPE}`,
      hint: "Set OTEL_EXPORTER_OTLP_PROTOCOL=http/json; protobuf is not understood yet.",
    });
  }
  const bytes = await unpacked(request, await readBody(request.body, OTLP_BODY_BYTES_MAX));
  const document = parsed(bytes);
  if (typeof document !== "object" || document === null || Array.isArray(document)) {
    throw shoalError("BODY_MALFORMED", { message: "an OTLP request is a JSON object" });
  }
  return readDurationPoints(document);
}

async function unpacked(request: HttpRequest, bytes: Uint8Array): Promise<Uint8Array> {
  const encoding = (request.headers["content-encoding"] ?? "identity").trim().toLowerCase();
  if (encoding === "identity" || encoding === "") return bytes;
  if (encoding !== "gzip") {
    throw shoalError("UNSUPPORTED_MEDIA_TYPE", { message: "the content encoding is neither gzip nor none" });
  }
  try {
    // The bound stops a bomb before it is unpacked: 4 MiB of zeros are 4 kB of gzip.
    return await unpack(bytes, { maxOutputLength: OTLP_BODY_BYTES_MAX });
  } catch (cause) {
    if (cause instanceof RangeError) {
      const details = { bytesMax: OTLP_BODY_BYTES_MAX };
      throw shoalError("BODY_TOO_LARGE", {
        message: `unpacked it is over ${OTLP_BODY_BYTES_MAX} bytes`,
        details,
        cause,
      });
    }
    throw shoalError("BODY_MALFORMED", { message: `it is no gzip: ${messageOf(cause)}`, cause });
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return parseJson(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (cause) {
    throw shoalError("BODY_MALFORMED", { message: "it does not parse as JSON", cause });
  }
}
