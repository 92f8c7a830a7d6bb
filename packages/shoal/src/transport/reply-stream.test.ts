import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { ReplyStream } from "./reply-stream.ts";

function open() {
  const clock = createVirtualClock();
  const events: string[] = [];
  const source = {
    pause: () => void events.push("pause"),
    resume: () => void events.push("resume"),
    abort: () => void events.push("abort"),
  };
  const stream = new ReplyStream(source, { clock, bufferBytesMax: 10, idleMs: 60_000 });
  void stream.finished.then(() => events.push("finished"));
  return { clock, events, stream, reader: stream[Symbol.asyncIterator]() };
}

const chunk = (bytes: number) => new Uint8Array(bytes);

describe("ReplyStream", () => {
  it("hands on what arrives, then ends", async () => {
    const { stream, reader } = open();
    const first = reader.next();
    stream.push(chunk(3));
    stream.end();
    expect((await first).value).toHaveLength(3);
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  it("finishes when all has arrived, also when nobody reads", async () => {
    const { clock, events, stream } = open();
    stream.push(chunk(3));
    stream.end();
    await clock.advance(0);
    expect(events).toEqual(["finished"]);
    expect(clock.pending()).toBe(0);
  });

  it("pauses the connection over its bound and resumes when half is read", async () => {
    const { events, stream, reader } = open();
    stream.push(chunk(10));
    expect(events).toEqual([]);
    stream.push(chunk(1));
    expect(events).toEqual(["pause"]);
    await reader.next();
    expect(events).toEqual(["pause", "resume"]);
  });

  it("gives the bytes that arrived before the error", async () => {
    const { stream, reader } = open();
    stream.push(chunk(1));
    stream.end(new Error("lost"));
    expect((await reader.next()).done).toBe(false);
    await expect(reader.next()).rejects.toThrow("lost");
  });

  it("frees the connection when its reader stops, even before it began", async () => {
    const { clock, events, reader } = open();
    await reader.return?.();
    await clock.advance(0);
    expect(events).toEqual(["abort", "finished"]);
  });

  it.each([
    ["stood still", 1],
    ["was not read", 11],
  ])("fails when it %s for a minute", async (why, bytes) => {
    const { clock, events, stream, reader } = open();
    await clock.advance(30_000);
    stream.push(chunk(bytes));
    await clock.advance(59_000);
    expect(events).not.toContain("abort");
    await clock.advance(1_000);
    expect(events).toContain("abort");
    await expect(reader.next()).rejects.toThrow(why);
  });
});
