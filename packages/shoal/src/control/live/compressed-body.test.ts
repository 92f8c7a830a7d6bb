import { constants, gunzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { compressedBody } from "./compressed-body.ts";

const text = (bytes: readonly Uint8Array[]) =>
  gunzipSync(Buffer.concat(bytes), { finishFlush: constants.Z_SYNC_FLUSH }).toString("utf8");

it("lets each piece be read when it is sent, before the next exists", async () => {
  const { promise: never } = Promise.withResolvers<IteratorResult<Uint8Array, undefined>>();
  const pieces = ["data: one\n\n", "data: two\n\n"];
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        const piece = pieces.shift();
        return piece === undefined ? never : Promise.resolve({ done: false, value: Buffer.from(piece) });
      },
    }),
  };
  const read: Uint8Array[] = [];
  for await (const bytes of compressedBody(body)) {
    read.push(bytes);
    if (text(read) === "data: one\n\ndata: two\n\n") break;
  }
  expect(text(read)).toBe("data: one\n\ndata: two\n\n");
});

it("ends the body when its reader goes, although the body waits", async () => {
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const { promise: never } = Promise.withResolvers<IteratorResult<Uint8Array, undefined>>();
  let isFirst = true;
  const body: AsyncIterable<Uint8Array> = {
    [Symbol.asyncIterator]: () => ({
      next() {
        if (!isFirst) return never;
        isFirst = false;
        return Promise.resolve({ done: false, value: Buffer.from("data: one\n\n") });
      },
      return() {
        resolve("ended");
        return Promise.resolve({ done: true, value: undefined });
      },
    }),
  };
  for await (const _ of compressedBody(body)) break;
  expect(await ended).toBe("ended");
});
