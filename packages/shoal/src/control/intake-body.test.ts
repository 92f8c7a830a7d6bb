import { describe, expect, it } from "vitest";
import { createBodyReader } from "./intake-body.ts";

/** A body whose pieces come when they are sent. */
function slowBody() {
  let wake = () => {};
  const pieces: (Uint8Array | undefined)[] = [];
  async function* chunks() {
    while (true) {
      while (pieces.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      const piece = pieces.shift();
      if (piece === undefined) return;
      yield piece;
    }
  }
  const send = async (piece: Uint8Array | undefined) => {
    pieces.push(piece);
    wake();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { chunks: chunks(), send };
}

describe("createBodyReader", () => {
  it("refuses what goes beyond the room for all, and has it again when a body is whole", async () => {
    const read = createBodyReader(100, 100);
    const [first, second] = [slowBody(), slowBody()];
    const whole = read(first.chunks);
    const refused = read(second.chunks);
    await first.send(Buffer.alloc(90));
    await second.send(Buffer.alloc(1));
    const ended = expect(refused).rejects.toThrow("HISTORY_BUSY");
    await second.send(Buffer.alloc(10));
    await ended;
    await first.send(undefined);
    expect((await whole).byteLength).toBe(90);
    const third = slowBody();
    const later = read(third.chunks);
    await third.send(Buffer.alloc(50));
    await third.send(Buffer.alloc(50));
    await third.send(undefined);
    expect((await later).byteLength).toBe(100);
  });

  it("gives the room back when a sender goes, or sends too much", async () => {
    const read = createBodyReader(60, 100);
    async function* broken() {
      yield Buffer.alloc(50);
      throw new Error("gone");
    }
    async function* long() {
      for (let piece = 0; piece < 7; piece += 1) yield Buffer.alloc(10);
    }
    for (let round = 0; round < 5; round += 1) {
      await expect(read(broken())).rejects.toThrow("CANCELLED");
      await expect(read(long())).rejects.toThrow("BODY_TOO_LARGE");
    }
    async function* fine() {
      for (let piece = 0; piece < 6; piece += 1) yield Buffer.alloc(10);
    }
    expect((await read(fine())).byteLength).toBe(60);
  });

  it("takes what is in memory already", async () => {
    const read = createBodyReader(10, 1);
    expect((await read(Buffer.alloc(10))).byteLength).toBe(10);
    expect((await read(undefined)).byteLength).toBe(0);
  });
});
