import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readOwner } from "../../discovery/line-owner.ts";
import { markOutput, type OutputStream } from "./marked-output.ts";

function fakeStream() {
  let text = "";
  const calls: unknown[][] = [];
  const stream: OutputStream = {
    write(chunk, ...rest) {
      text += chunk;
      calls.push([...rest]);
      return true;
    },
  };
  let owner: string | undefined;
  const flush = markOutput(stream, () => owner);
  return {
    write(as: string | undefined, chunk: string | Uint8Array, ...rest: readonly unknown[]) {
      owner = as;
      return stream.write(chunk, ...rest);
    },
    flush,
    calls,
    lines: () =>
      text
        .split("\n")
        .slice(0, -1)
        .map((line) => readOwner(line))
        .map(({ service, text }) => [service, text]),
  };
}

describe("marked output", () => {
  it("says of each line whose it is", () => {
    const { write, lines } = fakeStream();
    write("quotes", "one\ntwo\n");
    write(undefined, "nobody's\n");
    write("rates", "three\n");
    expect(lines()).toEqual([
      ["quotes", "one"],
      ["quotes", "two"],
      [undefined, "nobody's"],
      ["rates", "three"],
    ]);
  });

  it("writes what comes in pieces as the lines they make, not mixed with others'", () => {
    const { write, lines, flush } = fakeStream();
    write("quotes", "good ");
    write("rates", "1.0");
    write("quotes", "morning\n");
    const umbrella = Buffer.from("☂\n");
    write("rates", umbrella.subarray(0, 2));
    write("rates", umbrella.subarray(2));
    write("quotes", "last words");
    flush();
    expect(lines()).toEqual([
      ["quotes", "good morning"],
      ["rates", "1.0☂"],
      ["quotes", "last words"],
    ]);
  });

  it("loses no character and no line, whoever writes what in which pieces", () => {
    const piece = fc.record({
      owner: fc.constantFrom("quotes", "rates", undefined),
      text: fc.string({ unit: fc.constantFrom("a", "b", "\n", "☂") }),
    });
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const { write, lines, flush } = fakeStream();
        for (const { owner, text } of pieces) write(owner, text);
        flush();
        for (const owner of ["quotes", "rates", undefined]) {
          const whole = pieces
            .filter((each) => each.owner === owner)
            .map(({ text }) => text)
            .join("");
          const wanted = whole === "" || whole.endsWith("\n") ? whole : `${whole}\n`;
          const own = lines().filter(([service]) => service === owner);
          expect(own.map(([, text]) => `${text}\n`).join("")).toBe(wanted);
        }
      }),
    );
  });

  it("holds no more of a line without an end than a supervisor would keep", () => {
    const { write, lines } = fakeStream();
    write("quotes", "x".repeat(16 * 1024));
    expect(lines()).toEqual([]);
    write("quotes", "x");
    expect(lines()[0]?.[1]).toHaveLength(16 * 1024 + 1);
  });

  it("calls back, also for what is held, and takes an encoding", async () => {
    const { write, lines, calls } = fakeStream();
    await new Promise<void>((done) => void write("quotes", "no end yet", () => done()));
    const callback = () => {};
    write("quotes", Buffer.from("!\n").toString("base64"), "base64", callback);
    expect(lines()).toEqual([["quotes", "no end yet!"]]);
    expect(calls).toEqual([[callback]]);
  });
});
