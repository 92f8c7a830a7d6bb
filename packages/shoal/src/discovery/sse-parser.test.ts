import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createSseParser, type ServerSentEvent } from "./sse-parser.ts";

function parse(pieces: readonly string[], eventCharsMax = 1_000): readonly ServerSentEvent[] {
  const events: ServerSentEvent[] = [];
  const parser = createSseParser((event) => events.push(event), eventCharsMax);
  for (const piece of pieces) parser.push(piece);
  return events;
}

describe("createSseParser", () => {
  it("reads event, data and id, and keeps the id for the events after", () => {
    expect(parse(["id: 7\nevent: snapshot\ndata: {}\n\ndata: x\n\n"])).toEqual([
      { event: "snapshot", data: "{}", id: "7" },
      { event: "message", data: "x", id: "7" },
    ]);
  });

  // the examples of the HTML standard, 9.2.6
  it("reads the examples of the standard", () => {
    expect(parse(["data: YHOO\ndata: +2\ndata: 10\n\n"])).toEqual([{ event: "message", data: "YHOO\n+2\n10", id: "" }]);
    const stream = ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n\n";
    expect(parse([stream])).toEqual([
      { event: "message", data: "first event", id: "1" },
      { event: "message", data: "second event", id: "" },
      { event: "message", data: " third event", id: "" },
    ]);
    expect(parse(["data\n\ndata\ndata\n\ndata:"])).toEqual([
      { event: "message", data: "", id: "" },
      { event: "message", data: "\n", id: "" },
    ]);
    expect(parse(["data:test\n\ndata: test\n\n"]).map((event) => event.data)).toEqual(["test", "test"]);
  });

  it("ends lines at CR, LF and CRLF, and drops a byte order mark", () => {
    expect(parse(["\uFEFFdata: a\r\rdata: b\n\ndata: c\r\n\r\n"]).map((event) => event.data)).toEqual(["a", "b", "c"]);
  });

  it("drops what the end of the stream cuts short", () => {
    expect(parse(["data: whole\n\ndata: half\n"]).map((event) => event.data)).toEqual(["whole"]);
  });

  it("gives the same events however the text is cut", () => {
    const line = fc.constantFrom("data: a", "data:b", "data", ": note", "id: 3", "event: snapshot", "", "", "odd: 1");
    const end = fc.constantFrom("\n", "\r", "\r\n");
    const text = fc.array(fc.tuple(line, end), { maxLength: 30 }).map((lines) => lines.flat().join(""));
    fc.assert(
      fc.property(text, fc.array(fc.nat(200)), (whole, cuts) => {
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const pieces = places.slice(1).map((place, index) => whole.slice(places[index], place));
        expect(pieces.join("")).toBe(whole);
        expect(parse(pieces)).toEqual(parse([whole]));
      }),
      { numRuns: 500 },
    );
  });

  it("takes any text at all without failing below its bound", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: "binary", maxLength: 50 }), { maxLength: 15 }),
        (pieces) => void parse(pieces),
      ),
    );
  });

  it("refuses an event over its bound: in one line, in many, in many pieces", () => {
    expect(parse([`data: ${"x".repeat(94)}\n\n`], 100)).toHaveLength(1);
    expect(() => parse([`data: ${"x".repeat(95)}`], 100)).toThrow(RangeError);
    expect(() =>
      parse(
        Array.from({ length: 100 }, () => "xx"),
        100,
      ),
    ).toThrow(RangeError);
    expect(() =>
      parse(
        Array.from({ length: 100 }, () => "data: x\n"),
        100,
      ),
    ).toThrow(RangeError);
  });
});
