import { describe, expect, it } from "vitest";
import { headerOf, isReplayable, readBody } from "./message.ts";

async function* chunks(...texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe("readBody", () => {
  it("joins the chunks of a stream", async () => {
    expect(String(await readBody(chunks("ab", "c", ""), 3))).toBe("abc");
  });

  it("gives back bytes that are in memory, and none for no body", async () => {
    const bytes = Buffer.from("abc");
    expect(await readBody(bytes, 3)).toBe(bytes);
    expect(await readBody(undefined, 0)).toHaveLength(0);
    expect(await readBody(chunks(), 0)).toHaveLength(0);
  });

  it.each([
    ["bytes in memory", Buffer.from("abcd")],
    ["a stream", chunks("ab", "cd")],
  ])("refuses %s over the limit, and says what it is", async (_, body) => {
    await expect(readBody(body, 3)).rejects.toMatchObject({ code: "BODY_TOO_LARGE", details: { bytesMax: 3 } });
  });

  it("reads no chunk after the one that went over the limit, and ends the stream", async () => {
    let read = 0;
    let ended = false;
    async function* endless() {
      try {
        for (;;) {
          read += 1;
          yield Buffer.alloc(10);
        }
      } finally {
        ended = true;
      }
    }
    await expect(readBody(endless(), 25)).rejects.toThrow("over 25 bytes");
    expect([read, ended]).toEqual([3, true]);
  });
});

it("headerOf gives the first value of a header", () => {
  const headers = { one: "1", many: ["2", "3"], none: [] };
  expect([headerOf(headers, "one"), headerOf(headers, "many")]).toEqual(["1", "2"]);
  expect([headerOf(headers, "none"), headerOf(headers, "absent")]).toEqual([undefined, undefined]);
});

it("isReplayable tells what can be sent twice", () => {
  expect([isReplayable(undefined), isReplayable(new Uint8Array(1)), isReplayable(chunks("a"))]).toEqual([
    true,
    true,
    false,
  ]);
});
