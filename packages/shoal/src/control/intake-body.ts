import { isShoalError, shoalError } from "../core/errors.ts";
import { type Body, readBody } from "../core/message.ts";

/** Bodies on their way in, all together: room for a few of the largest, or for hundreds as exporters send them. */
const ARRIVING_BYTES_MAX = 64 * 1_024 * 1_024;

/**
 * Reads bodies into memory, and bounds what those that are still on their way take together: a hundred large ones at
 * once must not become gigabytes. Counts what has come, not what a length promises, so that who sends slowly holds little.
 *
 * @param bytesMax Of one body. @param arrivingBytesMax Of all.
 * The function throws BODY_TOO_LARGE and HISTORY_BUSY beyond them, and CANCELLED when the sender goes.
 */
export function createBodyReader(
  bytesMax: number,
  arrivingBytesMax = ARRIVING_BYTES_MAX,
): (body: Body) => Promise<Uint8Array> {
  let arrivingBytes = 0;
  return async (body) => {
    if (body === undefined || body instanceof Uint8Array) return readBody(body, bytesMax);
    let bytes = 0;
    async function* counted(chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        // The first piece is always taken, and most bodies have no other: large ones do not keep out the small.
        if (bytes > 0 && arrivingBytes + chunk.byteLength > arrivingBytesMax) throw busy(arrivingBytes);
        bytes += chunk.byteLength;
        arrivingBytes += chunk.byteLength;
        yield chunk;
      }
    }
    try {
      return await readBody(counted(body), bytesMax);
    } catch (cause) {
      if (isShoalError(cause)) throw cause;
      throw shoalError("CANCELLED", { message: "the sender went before its body was whole", cause });
    } finally {
      arrivingBytes -= bytes;
    }
  };
}

function busy(bytes: number) {
  return shoalError("HISTORY_BUSY", { message: `${bytes} bytes of other bodies are on their way already` });
}
