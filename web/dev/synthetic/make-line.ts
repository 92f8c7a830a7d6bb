import type { LogEntry } from "../../src/api/types.ts";
import type { Random } from "./random.ts";

interface LineGiven {
  readonly service: string;
  readonly instance: string;
  readonly timeMs: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly failed: boolean;
}

const ESC = "\u001b";

/** What processes really print: escape codes, markup, other scripts, very long lines. */
const ODD: readonly string[] = [
  '<img src=x onerror="alert(1)"> <script>alert(2)</script> & <b>bold?</b>',
  `${ESC}[32m✓${ESC}[39m built in ${ESC}[1m412 ms${ESC}[22m ${ESC}[38;5;208mwarm${ESC}[0m ${ESC}[48;2;30;60;90mdeep${ESC}[0m`,
  `${ESC}]8;;https://example.com${ESC}\\a link${ESC}]8;;${ESC}\\ and ${ESC}[2J${ESC}[Ha cleared screen`,
  "注文を受け付けました 🎉 — naïve café, Ελληνικά, עברית, \u202Eright-to-left override",
  `GET /things?ids=${"1234567,".repeat(600)}`,
  "",
  "\ttab\tseparated\tvalues",
  "Error: boom\n    at handler (file:///app/services/a.ts:12:9)\n    at next (file:///app/filters.ts:88:3)",
];

const PLAIN = [
  "request served",
  "cache hit",
  "loaded 14 rows",
  "queue is empty",
  "lease renewed",
  "sent a mail",
  "price updated",
];

export function makeLine(random: Random, given: LineGiven): Omit<LogEntry, "seq"> {
  const { service, instance, timeMs, traceId, spanId, failed } = given;
  const common = { timeMs, service, instance, traceId, spanId };
  if (failed)
    return jsonLine(common, "error", "request failed: upstream reset the connection", {
      code: "UPSTREAM_FAILED",
      attempts: 2,
    });
  if (random.chance(0.04)) return oddLine(random, common);
  if (random.chance(0.05)) return jsonLine(common, "warn", "slow query", { tookMs: random.integer(200, 4_000) });
  const level = random.chance(0.2) ? "debug" : "info";
  return jsonLine(common, level, random.pick(PLAIN), {
    user: random.integer(1, 5_000),
    region: random.pick(["eu", "us"]),
  });
}

type Common = Pick<LogEntry, "timeMs" | "service" | "instance" | "traceId" | "spanId">;

function jsonLine(
  common: Common,
  level: LogEntry["level"],
  message: string,
  fields: LogEntry["fields"],
): Omit<LogEntry, "seq"> {
  const text = JSON.stringify({ level, time: common.timeMs, msg: message, traceId: common.traceId, ...fields });
  return { ...common, stream: "stdout", text, level, message, fields };
}

function oddLine(random: Random, common: Common): Omit<LogEntry, "seq"> {
  const text = random.pick(ODD);
  const isError = text.startsWith("Error");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is cut out.
  const message = text.replace(/\u001b(\[[0-9;?]*[A-Za-z]|\][^\u001b]*\u001b\\)/g, "");
  return {
    ...common,
    traceId: "",
    spanId: "",
    stream: isError ? "stderr" : "stdout",
    text,
    level: isError ? "error" : "info",
    message,
    fields: {},
  };
}
