import { describe, expect, it } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { childTrace, formatTraceparent, newTrace, parseTrace, randomHex } from "./trace-context.ts";

const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const SPAN_ID = "b7ad6b7169203331";
const VALID = `00-${TRACE_ID}-${SPAN_ID}-01`;

// The cases of the W3C trace-context test suite (test_traceparent_*), in our words.
describe("parseTrace", () => {
  it("reads version 00", () => {
    expect(parseTrace(VALID, undefined)).toEqual({ traceId: TRACE_ID, spanId: SPAN_ID, flags: 1, state: "" });
  });

  it.each([
    ["absent", undefined],
    ["empty", ""],
    ["version ff", `ff-${TRACE_ID}-${SPAN_ID}-01`],
    ["version 00 with something after the flags", `${VALID}-what`],
    ["version 00 with a dash after the flags", `${VALID}-`],
    ["a later version whose rest does not begin with a dash", `cc-${TRACE_ID}-${SPAN_ID}-01.what`],
    ["an upper-case trace id", `00-${TRACE_ID.toUpperCase()}-${SPAN_ID}-01`],
    ["a trace id of zeros", `00-${"0".repeat(32)}-${SPAN_ID}-01`],
    ["a span id of zeros", `00-${TRACE_ID}-${"0".repeat(16)}-01`],
    ["a trace id that is too short", `00-${TRACE_ID.slice(1)}-${SPAN_ID}-01`],
    ["a span id that is too long", `00-${TRACE_ID}-${SPAN_ID}0-01`],
    ["flags of one digit", `00-${TRACE_ID}-${SPAN_ID}-1`],
    ["flags that are no hex", `00-${TRACE_ID}-${SPAN_ID}-.0`],
    ["a version of one digit", `0-${TRACE_ID}-${SPAN_ID}-01`],
    ["two headers joined", `${VALID}, ${VALID}`],
    ["a space before it", ` ${VALID}`],
  ])("does not take %s", (_, header) => {
    expect(parseTrace(header, undefined)).toBeUndefined();
  });

  it("reads the known part of a later version", () => {
    expect(parseTrace(`cc-${TRACE_ID}-${SPAN_ID}-01-what-the-future`, undefined)).toMatchObject({ traceId: TRACE_ID });
    expect(parseTrace(`cc-${TRACE_ID}-${SPAN_ID}-01`, undefined)).toMatchObject({ spanId: SPAN_ID });
  });

  it("keeps the random flag, and passes on no flag that it does not know", () => {
    expect(parseTrace(`00-${TRACE_ID}-${SPAN_ID}-02`, undefined)?.flags).toBe(2);
    expect(parseTrace(`00-${TRACE_ID}-${SPAN_ID}-ff`, undefined)?.flags).toBe(3);
    expect(parseTrace(`cc-${TRACE_ID}-${SPAN_ID}-08`, undefined)?.flags).toBe(0);
  });
});

// The cases of the W3C trace-context test suite (test_tracestate_*), in our words. Several headers of the name reach us
// joined by ", ", which is what the recommendation asks of who combines them.
describe("the state that parseTrace passes on", () => {
  const stateOf = (header: string) => parseTrace(VALID, header)?.state;
  const numbered = (count: number) => Array.from({ length: count }, (_, index) => `bar${index}=${index}`).join(",");
  const KEY_CHARS = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
  const VALUE_CHARS = String.fromCharCode(...Array.from({ length: 0x7f - 0x20 }, (_, index) => 0x20 + index));
  const allowed = VALUE_CHARS.replace(/[,=]/g, "");

  it("is the list as it came, members in their order", () => {
    expect(stateOf("foo=1,bar=2")).toBe("foo=1,bar=2");
    expect(stateOf("foo=1,bar=2, rojo=1,congo=2, baz=3")).toBe("foo=1,bar=2,rojo=1,congo=2,baz=3");
  });

  it("is nothing without a valid parent", () => {
    expect(parseTrace(undefined, "foo=1")).toBeUndefined();
    expect(parseTrace(`00-${"0".repeat(32)}-${SPAN_ID}-01`, "foo=1")).toBeUndefined();
  });

  it("leaves out empty members, and the spaces and tabs around one", () => {
    expect(stateOf("")).toBe("");
    expect(stateOf("foo=1, ")).toBe("foo=1");
    expect(stateOf(", foo=1")).toBe("foo=1");
    expect(stateOf("foo=1 \t , \t bar=2, \t baz=3")).toBe("foo=1,bar=2,baz=3");
    expect(stateOf("\t foo=1 \t")).toBe("foo=1");
  });

  it("takes all characters that are allowed, and the spaces before a value", () => {
    expect(stateOf(`${KEY_CHARS}=${allowed}`)).toBe(`${KEY_CHARS}=${allowed}`);
    expect(stateOf(`${KEY_CHARS}@a-z0-9_-*/=${allowed}`)).toBe(`${KEY_CHARS}@a-z0-9_-*/=${allowed}`);
    expect(stateOf("foo=  1")).toBe("foo=  1");
    expect(stateOf("0foo=1")).toBe("0foo=1");
  });

  it.each([
    ["a key that came twice with one value", "foo=1,foo=1"],
    ["a key that came twice with two values", "foo=1, foo=2"],
    ["a space in a key", "foo =1"],
    ["an upper-case key", "FOO=1"],
    ["a dot in a key", "foo.bar=1"],
    ["an empty key", "=1,bar=2"],
    ["a tenant without a system", "foo@=1,bar=2"],
    ["a system without a tenant", "@foo=1,bar=2"],
    ["two signs in a row", "foo@@bar=1,bar=2"],
    ["two systems", "foo@bar@baz=1,bar=2"],
    ["a second equals sign", "foo=bar=baz"],
    ["an empty value", "foo=,bar=3"],
    ["a member without a value", "foo,bar=3"],
    ["a control character", "foo=\u0007"],
    ["a character beyond ASCII", "foo=ä"],
    ["33 members", numbered(33)],
    ["a key of 257 characters", `foo=1,${"z".repeat(257)}=1`],
    ["a tenant of 242 characters", `foo=1,${"t".repeat(242)}@v=1`],
    ["a system of 15 characters", `foo=1,t@${"v".repeat(15)}=1`],
    ["a value of 257 characters", `foo=${"v".repeat(257)}`],
    ["more than any list can hold", `foo=${"v".repeat(100_000)}`],
  ])("is nothing when there is %s, and the parent is taken all the same", (_, header) => {
    expect(parseTrace(VALID, header)).toMatchObject({ traceId: TRACE_ID, state: "" });
  });

  it("holds 32 members, and a key, tenant, system and value of the greatest length", () => {
    expect(stateOf(numbered(32))).toBe(numbered(32));
    expect(stateOf(`foo=1,${"z".repeat(256)}=1`)).toContain("foo=1");
    expect(stateOf(`foo=1,${"t".repeat(241)}@${"v".repeat(14)}=1`)).toContain("foo=1");
    expect(stateOf(`foo=${"v".repeat(256)}`)).toHaveLength(260);
  });

  it("loses whole members over 512 characters: the long ones first, then those at the end", () => {
    expect(stateOf(`a=1,k=${"v".repeat(252)},l=${"w".repeat(250)}`)).toHaveLength(4 + 254 + 1 + 252);
    expect(stateOf(`a=1,k=${"v".repeat(254)},l=${"w".repeat(254)}`)).toBe(`a=1,k=${"v".repeat(254)}`);
    const short = Array.from({ length: 30 }, (_, index) => `key${String(index).padStart(2, "0")}=${"v".repeat(14)}`);
    const kept = stateOf(short.join(","));
    expect(kept).toBe(short.slice(0, 24).join(","));
    expect(kept?.length).toBeLessThanOrEqual(512);
  });
});

describe("formatTraceparent", () => {
  it("is the inverse of parseTrace", () => {
    const trace = parseTrace(VALID, undefined);
    expect(trace && formatTraceparent(trace)).toBe(VALID);
  });

  it("writes version 00 and the flags it knows for what came in a later version", () => {
    const trace = parseTrace(`cc-${TRACE_ID}-${SPAN_ID}-09-more`, undefined);
    expect(trace && formatTraceparent(trace)).toBe(`00-${TRACE_ID}-${SPAN_ID}-01`);
  });
});

describe("newTrace and childTrace", () => {
  it("leave the sampled flag out when the trace is not to be recorded", () => {
    expect(newTrace(seededRandom(7), false).flags).toBe(2);
  });

  it("make traces that parse, sampled and random", () => {
    const random = seededRandom(7);
    for (let round = 0; round < 1_000; round += 1) {
      const trace = newTrace(random);
      expect(parseTrace(formatTraceparent(trace), undefined)).toEqual(trace);
      expect(trace.flags).toBe(3);
    }
  });

  it("give a child its own span in the same trace", () => {
    const random = seededRandom(7);
    const parent = { ...newTrace(random), state: "a=1" };
    const child = childTrace(parent, random);
    expect(child).toEqual({ ...parent, spanId: child.spanId, parentSpanId: parent.spanId });
    expect(child.spanId).not.toBe(parent.spanId);
  });

  it("never make an id of zeros, which would not be valid", () => {
    expect(randomHex(() => 0, 2)).toBe("0000000100000000");
    expect(randomHex(() => 1 - 2 ** -53, 1)).toBe("ffffffff");
  });
});
