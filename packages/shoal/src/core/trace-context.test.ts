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

  it("keeps the state as it came, and drops one over 512 characters", () => {
    expect(parseTrace(VALID, "a=1,b=2")?.state).toBe("a=1,b=2");
    expect(parseTrace(VALID, "x".repeat(512))?.state).toHaveLength(512);
    expect(parseTrace(VALID, "x".repeat(513))?.state).toBe("");
  });
});

describe("formatTraceparent", () => {
  it("is the inverse of parseTrace", () => {
    const trace = parseTrace(VALID, undefined);
    expect(trace && formatTraceparent(trace)).toBe(VALID);
  });

  it("writes version 00 for what came in a later version", () => {
    const trace = parseTrace(`cc-${TRACE_ID}-${SPAN_ID}-09-more`, undefined);
    expect(trace && formatTraceparent(trace)).toBe(`00-${TRACE_ID}-${SPAN_ID}-09`);
  });
});

describe("newTrace and childTrace", () => {
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
    expect(child).toEqual({ ...parent, spanId: child.spanId });
    expect(child.spanId).not.toBe(parent.spanId);
  });

  it("never make an id of zeros, which would not be valid", () => {
    expect(randomHex(() => 0, 2)).toBe("0000000100000000");
    expect(randomHex(() => 1 - 2 ** -53, 1)).toBe("ffffffff");
  });
});
