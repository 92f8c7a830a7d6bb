import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventStreamParser, HEARTBEAT, itemEvent, namedEvent, type StreamEvent } from "./event-stream.ts";

const LIMIT = 1_024;

function parse(bytes: Uint8Array, cuts: readonly number[] = [], limit = LIMIT): StreamEvent[] {
  const parser = new EventStreamParser(limit);
  const edges = [0, ...cuts.map((cut) => cut % (bytes.byteLength + 1)).sort((a, b) => a - b), bytes.byteLength];
  return edges.slice(1).flatMap((end, index) => parser.push(bytes.subarray(edges[index], end)));
}

/** The rules of the HTML standard, word by word, over the whole text at once. */
function reference(bytes: Uint8Array): StreamEvent[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes).replace(/^\ufeff/, "");
  const lines = text.split(/\r\n|\n|\r/);
  lines.pop(); // what follows the last line break is no line yet
  const events: StreamEvent[] = [];
  let data = "";
  let name = "";
  for (const line of lines) {
    if (line === "") {
      if (data !== "") events.push({ name: name === "" ? "message" : name, data: data.slice(0, -1) });
      data = "";
      name = "";
      continue;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "data") data += `${value}\n`;
    if (field === "event") name = value;
  }
  return events;
}

const lineEnd = fc.constantFrom("\n", "\r\n", "\r");
const field = fc.constantFrom(
  "data: ",
  "data:",
  "data",
  "event: ",
  "event:",
  "id: ",
  "retry: 5",
  ":",
  ": ",
  "",
  "datax: ",
  "\ufeffdata: ",
);
const streamText = fc
  .array(fc.tuple(field, fc.string({ unit: "binary", maxLength: 6 }), lineEnd, fc.boolean(), lineEnd), {
    maxLength: 12,
  })
  .map((lines) =>
    lines.map(([name, value, end, blank, other]) => `${name}${value}${end}${blank ? other : ""}`).join(""),
  );
const cuts = fc.array(fc.nat(), { maxLength: 20 });
/** Bytes that are likely to matter, and such as are no UTF-8. */
const anyBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(10, 13, 58, 32, 0xef, 0xbb, 0xbf, 0xe2, 0x82, 0xac, 0xf0, 0x9f),
      fc.constantFrom(...Buffer.from("data:event")),
    ),
    { maxLength: 80 },
  )
  .map((bytes) => Uint8Array.from(bytes));

describe("EventStreamParser", () => {
  it("reads what the HTML standard says, however the bytes are cut", () => {
    fc.assert(
      fc.property(streamText, cuts, (text, at) => {
        const bytes = Buffer.from(text);
        expect(parse(bytes, at, 100_000)).toEqual(reference(bytes));
      }),
    );
  });

  it("reads any bytes as the standard says, also what is no UTF-8", () => {
    fc.assert(
      fc.property(anyBytes, cuts, (bytes, at) => {
        expect(parse(bytes, at, 100_000)).toEqual(reference(bytes));
      }),
    );
  });

  it("brings each item back that was written, whatever is in it", () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), cuts, (values, at) => {
        const events = values.flatMap((value) => [itemEvent(JSON.stringify(value)), HEARTBEAT]);
        const bytes = Buffer.concat([...events, namedEvent("end", "{}")]);
        const expected = values.map((value) => ({ name: "message", data: JSON.stringify(value) }));
        expect(parse(bytes, at, 100_000)).toEqual([...expected, { name: "end", data: "{}" }]);
      }),
    );
  });

  it("gives an event in the moment its blank line is there, and no event that was cut off", () => {
    const parser = new EventStreamParser(LIMIT);
    expect(parser.push(Buffer.from("data: 1\n"))).toEqual([]);
    expect(parser.push(Buffer.from("\ndata: 2\n"))).toEqual([{ name: "message", data: "1" }]);
    expect(parser.push(Buffer.from("\r"))).toEqual([{ name: "message", data: "2" }]);
    expect(parser.push(Buffer.from("\ndata: 3\n\n"))).toEqual([{ name: "message", data: "3" }]);
  });

  it("takes an event of as many bytes as may be, and refuses one more", () => {
    const event = (bytes: number) => Buffer.from(`data: ${"x".repeat(bytes)}\n\n`);
    expect(parse(event(LIMIT - 6))).toHaveLength(1);
    expect(() => parse(event(LIMIT - 5))).toThrow("BODY_TOO_LARGE");
  });

  it.each([
    ["a line without an end", "x"],
    ["an event without an end", "data: x\n"],
    ["an event of empty lines", "data\n"],
    ["a comment without an end", ":::"],
  ])("holds no more than its limit of %s", (_, text) => {
    const parser = new EventStreamParser(LIMIT);
    let pushed = 0;
    const push = () => {
      for (; pushed < 10 * LIMIT; pushed += text.length) parser.push(Buffer.from(text));
    };
    expect(push).toThrow("BODY_TOO_LARGE");
    expect(pushed).toBeLessThan(2 * LIMIT);
  });

  it("goes on for ever over comments", () => {
    const parser = new EventStreamParser(LIMIT);
    for (let beat = 0; beat < 10_000; beat += 1) expect(parser.push(HEARTBEAT)).toEqual([]);
    expect(parser.push(itemEvent("1"))).toEqual([{ name: "message", data: "1" }]);
  });
});
