import { describe, expect, it } from "vitest";
import { createLineReader } from "./log-keeper.ts";
import { continuesError, readLine, withoutAnsi } from "./log-line.ts";
import { patternOf } from "./log-pattern.ts";
import { wordsOf } from "./log-search.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const SPAN = "00f067aa0ba902b7";

describe("readLine", () => {
  it.each([
    ["pino", `{"level":50,"time":1767225600000,"pid":1,"msg":"no bank","trace_id":"${TRACE}","span_id":"${SPAN}"}`],
    [
      "bunyan",
      `{"name":"app","level":50,"msg":"no bank","time":"2026-01-01T00:00:00.000Z","traceId":"${TRACE}","spanId":"${SPAN}"}`,
    ],
    [
      "winston",
      `{"level":"error","message":"no bank","timestamp":"2026-01-01T00:00:00.000Z","trace_id":"${TRACE}","span_id":"${SPAN}"}`,
    ],
    ["zap", `{"level":"error","ts":1767225600,"msg":"no bank","traceID":"${TRACE}","spanID":"${SPAN}"}`],
    [
      "Python",
      `{"levelname":"ERROR","message":"no bank","timestamp":"2026-01-01T00:00:00Z","otelTraceID":"${TRACE}","otelSpanID":"${SPAN}"}`,
    ],
    [
      "slog",
      `{"time":"2026-01-01T00:00:00Z","level":"ERROR","msg":"no bank","trace_id":"${TRACE}","span_id":"${SPAN}"}`,
    ],
    [
      "ECS",
      `{"@timestamp":"2026-01-01T00:00:00Z","log.level":"error","message":"no bank","trace.id":"${TRACE}","span.id":"${SPAN}"}`,
    ],
    [
      "ECS, nested",
      `{"@timestamp":"2026-01-01T00:00:00Z","log":{"level":"error","logger":"a"},"message":"no bank","trace":{"id":"${TRACE}"},"span":{"id":"${SPAN}"}}`,
    ],
    [
      "Serilog",
      `{"@t":"2026-01-01T00:00:00.0000000Z","@m":"no bank","@l":"Error","@tr":"${TRACE}","@sp":"${SPAN}","Bank":"b"}`,
    ],
    [
      ".NET's console",
      `{"Timestamp":"2026-01-01T00:00:00Z","EventId":0,"LogLevel":"Error","Message":"no bank","TraceId":"${TRACE}","SpanId":"${SPAN}"}`,
    ],
    [
      "Google Cloud",
      `{"severity":"ERROR","message":"no bank","timestamp":"2026-01-01T00:00:00Z","logging.googleapis.com/trace":"projects/p/traces/${TRACE}","logging.googleapis.com/spanId":"${SPAN}"}`,
    ],
    [
      "Rust's tracing",
      `{"timestamp":"2026-01-01T00:00:00Z","level":"ERROR","fields":{"message":"no bank","bank":"b"},"target":"a","trace_id":"${TRACE}","span_id":"${SPAN}"}`,
    ],
  ])("reads a line of %s", (_, text) => {
    expect(readLine(text, "stdout")).toMatchObject({
      level: "error",
      message: "no bank",
      traceId: TRACE,
      spanId: SPAN,
      timeMs: 1_767_225_600_000,
    });
  });

  it("shows the rest of an object that the level or the message was in", () => {
    const { fields } = readLine('{"log":{"level":"warn","logger":"a"},"fields":{"message":"m","bank":"b"}}', "stdout");
    expect(fields["log"]).toContain('"logger":"a"');
    expect(fields["fields"]).toContain('"bank":"b"');
    expect(readLine('{"message":{"message":1},"trace":[],"log":null,"fields":[]}', "stdout").level).toBe("info");
  });

  it.each([
    ["[warn] slow bank", "warn"],
    ["2026-01-01T00:00:00Z ERROR no bank", "error"],
    ['time="now" level=error msg="no bank"', "error"],
    ["warning: no bank", "warn"],
    ["CRITICAL no bank", "fatal"],
    ["no errors here", "info"],
    ["the error rate is low", "info"],
    ["plain", "info"],
  ])("guesses the level of %j", (text, level) => {
    expect(readLine(text, "stdout").level).toBe(level);
  });

  it("takes what looks like JSON and is none as text, whatever is in it", () => {
    for (const text of ["{", "{}}", '{"level":', `{"msg":${"[".repeat(50_000)}}`]) {
      expect(readLine(text, "stdout")).toMatchObject({ level: "info", message: text });
    }
  });

  it("believes no id that is none", () => {
    for (const id of ["0".repeat(32), "xyz", 12, null, TRACE.slice(1), `${TRACE}0`]) {
      expect(readLine(JSON.stringify({ msg: "m", trace_id: id, span_id: SPAN }), "stdout")).toMatchObject({
        traceId: "",
        spanId: "",
      });
    }
  });

  it("takes escape codes out of what people read", () => {
    expect(withoutAnsi("\u001b[1;31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007")).toBe("red link");
    expect(readLine("\u001b[33mWARN\u001b[39m slow", "stdout")).toMatchObject({ level: "warn", message: "WARN slow" });
  });

  it("takes no time over a hostile line", () => {
    for (const text of [
      "[".repeat(65_536),
      "<".repeat(65_536),
      " ".repeat(65_536),
      "a.".repeat(32_768),
      "\u001b[".repeat(30_000),
    ]) {
      const startedMs = performance.now();
      readLine(text, "stderr");
      continuesError(text);
      patternOf(text);
      expect(performance.now() - startedMs).toBeLessThan(100);
    }
  });
});

describe("the lines of one instance", () => {
  it("are errors as long as they tell of the error before", () => {
    const reader = createLineReader();
    const level = (text: string) =>
      reader.printed({ timeMs: 0, service: "s", instance: "s-1", stream: "stderr", text }, 1, 1_000).entry.level;
    expect(
      ["TypeError: no bank", "    at pay (pay.js:1:1)", "Caused by: x", "listening again", "    at ease"].map(level),
    ).toEqual(["error", "error", "error", "info", "info"]);
  });
});

describe("patternOf", () => {
  it.each([
    ["order 17 refused after 3.5s", "order … refused after …"],
    [`user 0af76519-16cd-43dd-8448-eb211c80319c left`, "user … left"],
    ['cannot read "a/b.txt" at 0x7ffe', "cannot read … at …"],
    ["connect ECONNREFUSED 127.0.0.1:5432", "connect ECONNREFUSED …"],
    ["first line\nsecond", "first line"],
  ])("of %j is %j", (message, pattern) => {
    expect(patternOf(message)).toBe(pattern);
  });
});

describe("wordsOf", () => {
  it.each([
    ['bank "not open" clos* -test', ['"bank"', '"not open"', '"clos"*'], ['"test"']],
    ['-"not open"', [], ['"not open"']],
    ['"unfinished phrase', ['"unfinished phrase"'], []],
    ["user-id=42", ['"user-id=42"'], []],
    ['AND OR NOT ( ) * - ""', ['"AND"', '"OR"', '"NOT"'], []],
  ])("reads %j", (text, wanted, unwanted) => {
    expect(wordsOf(text)).toMatchObject({ wanted, unwanted });
  });
});
