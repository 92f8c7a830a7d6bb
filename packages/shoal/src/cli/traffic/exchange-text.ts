import type { ExchangeDetail } from "../../control/api/schemas/exchanges.ts";
import { printable } from "../terminal/display-width.ts";
import { formatDay, formatLatency, formatTime } from "../terminal/format.ts";
import type { Paint } from "../terminal/style.ts";
import { statusColour } from "./exchange-table.ts";

type Message = ExchangeDetail["request"];

/** One exchange in whole: who, when, each attempt, headers and bodies; safe for a terminal. */
export function exchangeText(exchange: ExchangeDetail, paint: Paint): string[] {
  const { side, service, peer, method, url, status, reply, error, attempts } = exchange;
  const [from, to] = side === "client" ? [service, peer] : [peer || "unknown caller", service];
  return [
    `${printable(from)} → ${printable(to)}  ${formatDay(exchange.startMs)} ${formatTime(exchange.startMs)}  ${formatLatency(exchange.durationMs)}`,
    paint("dim", `as the ${side} saw it; trace ${exchange.traceId || "none"}`),
    ...attempts.map((attempt, index) => attemptText(attempt, index, paint)),
    "",
    paint("bold", printable(`${method} ${url}`)),
    ...messageLines(exchange.request, paint),
    "",
    endText(status, printable(error), paint),
    ...(reply === null ? [] : messageLines(reply, paint)),
  ];
}

/** A reply that streams may fail after its status has gone out. */
function endText(status: number, error: string, paint: Paint): string {
  if (status === 0) return paint("red", `no reply: ${error}`);
  return paint(statusColour(status), `${status}`) + (error === "" ? "" : paint("red", `, then ${error}`));
}

function attemptText(attempt: ExchangeDetail["attempts"][number], index: number, paint: Paint): string {
  const { instance, afterMs, durationMs, status, error } = attempt;
  const end = status === 0 ? printable(error) || "no reply" : String(status);
  return paint(
    "dim",
    `attempt ${index + 1}: ${printable(instance) || "no instance"}  after ${formatLatency(afterMs)}  took ${formatLatency(durationMs)}  ${end}`,
  );
}

function messageLines({ headers, body }: Message, paint: Paint): string[] {
  const lines = headers.map(([name, value]) => `${paint("dim", `${printable(name)}:`)} ${printable(value)}`);
  if (body.bytes === 0) return lines;
  const shown = body.encoding === "base64" ? [] : pretty(body.text).split("\n").map(printable);
  const left =
    body.encoding === "base64"
      ? [paint("dim", `(${body.bytes} bytes, not text)`)]
      : body.truncated
        ? [paint("dim", `(the beginning of ${body.bytes} bytes)`)]
        : [];
  return [...lines, "", ...shown, ...left];
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    return text; // not JSON, or only its beginning
  }
}
