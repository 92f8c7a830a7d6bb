import type { IncomingMessage } from "node:http";
import { joined, tooLarge, type WholeReadable } from "../core/message.ts";

/**
 * The body of a request that Node received. Nearly all are small and read whole, for which an async iterator over a stream
 * costs more than all filters of a server together; `npm run bench -- http` guards what `readWhole` saves.
 */
export class IncomingBody implements AsyncIterable<Uint8Array>, WholeReadable {
  readonly #incoming: IncomingMessage;

  constructor(incoming: IncomingMessage) {
    this.#incoming = incoming;
  }

  /** Stopping half-way leaves the socket alone: the refusal has still to be written to it. */
  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#incoming.iterator({ destroyOnReturn: false });
  }

  /** Rejects with BODY_TOO_LARGE, or when the connection is lost before all of it was there. */
  readWhole(bytesMax: number): Promise<Uint8Array> {
    const incoming = this.#incoming;
    return new Promise((resolve, reject) => {
      const chunks: Uint8Array[] = [];
      let bytes = 0;
      const take = (chunk: Uint8Array) => {
        bytes += chunk.byteLength;
        chunks.push(chunk);
        if (bytes <= bytesMax) return;
        stop();
        incoming.pause();
        reject(tooLarge(bytesMax));
      };
      const end = () => {
        stop();
        resolve(joined(chunks));
      };
      const lose = (cause?: unknown) => {
        stop();
        reject(cause ?? new Error("the connection was lost before the whole body had come"));
      };
      const stop = () => {
        incoming.off("data", take);
        incoming.off("end", end);
        incoming.off("error", lose);
        incoming.off("close", lose);
      };
      incoming.on("data", take);
      incoming.on("end", end);
      incoming.on("error", lose);
      incoming.on("close", lose);
    });
  }
}
