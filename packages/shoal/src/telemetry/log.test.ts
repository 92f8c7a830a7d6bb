import { describe, expect, it } from "vitest";
import { type Context, runInContext } from "../core/context.ts";
import { SILENT_LOG } from "../core/log.ts";
import { parseTrace } from "../core/trace-context.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { createLog, type LogLevel, logLevelFrom } from "./log.ts";
import { REDACTED } from "./redact-rules.ts";

function capture(level: LogLevel = "info") {
  const lines: string[] = [];
  const log = createLog({
    clock: createVirtualClock(),
    level,
    base: { service: "quotes", instance: "quotes-1" },
    destination: { write: (line) => lines.push(line) },
  });
  return { log, lines, last: () => JSON.parse(lines.at(-1) ?? "{}") };
}

describe("createLog", () => {
  it("writes one JSON line with time, level, message and who speaks", () => {
    const { log, lines, last } = capture();
    log.info("rate found", { from: "EUR", nested: { rate: 1.1 } });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith("\n")).toBe(true);
    expect(last()).toEqual({
      time: "2026-01-01T00:00:00.000Z",
      level: "info",
      msg: "rate found",
      service: "quotes",
      instance: "quotes-1",
      from: "EUR",
      nested: { rate: 1.1 },
    });
  });

  it("carries the trace of the request being handled", () => {
    const { log, last } = capture();
    const trace = parseTrace("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", undefined);
    const context = { trace, log: SILENT_LOG } as Context;
    runInContext(context, () => log.warn("slow"));
    expect(last()).toMatchObject({ trace_id: "0af7651916cd43dd8448eb211c80319c", span_id: "b7ad6b7169203331" });
  });

  it("writes only what is at its level or above", () => {
    const { log, lines } = capture("warn");
    log.debug("a");
    log.info("b");
    log.warn("c");
    log.error("d");
    expect(lines.map((line) => JSON.parse(line).level)).toEqual(["warn", "error"]);
  });

  it("lets no secret through, however deep", () => {
    const { log, lines } = capture();
    const secret = "hunter2";
    log.info("in", {
      headers: { Authorization: secret, "Set-Cookie": secret, "x-api-key": secret },
      user: { accounts: [{ password_hash: secret, clientSecret: secret, accessToken: secret }] },
      map: new Map([["token", secret]]),
      error: Object.assign(new Error("failed"), { refresh_token: secret }),
      maxTokens: 12,
      token: null,
    });
    expect(lines.join("")).not.toContain(secret);
    expect(lines.join("")).toContain(REDACTED);
    expect(JSON.parse(lines[0] ?? "").maxTokens).toBe(12);
  });

  it("survives values that cannot be written, and bounds the large ones", () => {
    const { log, last, lines } = capture();
    const cycle: Record<string, unknown> = { big: 10n ** 20n, bytes: new Uint8Array(9), when: new Date(0) };
    cycle["self"] = cycle;
    const throwing = {
      get boom(): never {
        throw new Error("getter");
      },
    };
    log.info("odd", {
      cycle,
      throwing,
      long: "x".repeat(100_000),
      many: new Array(1_000).fill(1),
      bad: new Date(Number.NaN),
    });
    expect(last()).toMatchObject({
      cycle: { big: "100000000000000000000", bytes: "[9 bytes]", when: "1970-01-01T00:00:00.000Z" },
      throwing: { unreadable: true },
      bad: "Invalid Date",
    });
    expect(last().many).toHaveLength(101);
    expect(lines[0]?.length).toBeLessThan(20_000);
  });

  it("writes an error with its type, message, code and cause", () => {
    const { log, last } = capture();
    const error = Object.assign(new TypeError("outer", { cause: new Error("inner") }), { code: "E_X" });
    log.error("failed", { error });
    expect(last().error).toMatchObject({
      type: "TypeError",
      message: "outer",
      code: "E_X",
      cause: { message: "inner" },
    });
    expect(last().error.stack).toContain("outer");
  });

  it("does not let a field pass for the line's own", () => {
    const { log, lines } = capture();
    log.info("real", { msg: "fake", level: "fatal", time: 0 });
    expect(lines[0]?.match(/"msg":/g)).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ msg: "real", msg_: "fake", level: "info", level_: "fatal" });
  });

  it("never throws, also when its destination does", () => {
    const log = createLog({
      clock: createVirtualClock(),
      level: "info",
      base: {},
      destination: {
        write() {
          throw new Error("EPIPE");
        },
      },
    });
    expect(() => log.info("anyone there?")).not.toThrow();
  });
});

describe("logLevelFrom", () => {
  it.each([
    [{}, "info"],
    [{ LOG_LEVEL: "warn" }, "warn"],
    [{ SHOAL_LOG_LEVEL: "DEBUG", LOG_LEVEL: "warn" }, "debug"],
    [{ SHOAL_LOG_LEVEL: "loud" }, "info"],
    [{ LOG_LEVEL: "trace" }, "debug"],
    [{ LOG_LEVEL: "fatal" }, "error"],
    [{ LOG_LEVEL: "silent" }, "silent"],
  ])("reads %j as %s", (env, level) => {
    expect(logLevelFrom(env)).toBe(level);
  });
});
