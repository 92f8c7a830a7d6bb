import type { Trace, TraceSummary } from "../../control/api/schemas/traces.ts";
import type { CommandArgs } from "../args.ts";
import { durationMs, flag, integer, onlyGiven, text, texts, usage } from "../args.ts";
import type { Command } from "../command.ts";
import type { ControlClient } from "../control-client.ts";
import { EXIT } from "../exit-codes.ts";
import { noneFound } from "../none-found.ts";
import type { CliPorts } from "../ports.ts";
import { requireControl } from "../running-fleet.ts";
import { printable } from "../terminal/display-width.ts";
import { count, formatDay, formatLatency, formatTime } from "../terminal/format.ts";
import { painter } from "../terminal/style.ts";
import { type Column, renderTable } from "../terminal/table.ts";
import { terminalJson } from "../terminal/terminal-json.ts";
import { findTrace } from "../trace/trace-id.ts";
import { waterfallLines } from "../trace/waterfall.ts";

const TRACES_DEFAULT = 20;
const TRACES_MAX = 1_000;

/** `shoal trace`: the last traces, or one with its spans and logs. */
export const trace: Command = async (ports, args) => {
  const { control } = await requireControl(ports, args);
  const [id] = args.positional;
  if (id === undefined) await list(ports, args, control);
  else show(ports, await findTrace(control, id), flag(args, "json"));
  return EXIT.ok.code;
};

async function list(ports: CliPorts, args: CommandArgs, control: ControlClient): Promise<void> {
  const query = queryOf(ports, args);
  const { traces } = await control.listTraces({ query });
  if (flag(args, "json")) {
    ports.stdout.write(`${terminalJson(traces, 2)}\n`);
    return;
  }
  if (traces.length === 0) {
    const { limit: _, run, ...filters } = query;
    const isFiltered = Object.keys(filters).length > 0;
    await noneFound(ports, control, {
      what: "traces",
      yet: "each request that reaches a service makes one",
      isFiltered,
      run,
    });
    return;
  }
  const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
  ports.stdout.write(
    `${renderTable(columnsAt(ports.clock.wallMs()), traces, width, painter(ports.colours)).join("\n")}\n`,
  );
}

function queryOf(ports: CliPorts, args: CommandArgs) {
  const since = durationMs(args, "since");
  const given = onlyGiven({
    service: text(args, "service"),
    operation: text(args, "operation"),
    status: flag(args, "errors") ? ("error" as const) : undefined,
    durationMsMin: durationMs(args, "min"),
    fromMs: since === undefined ? undefined : ports.clock.wallMs() - since,
    attribute: attributesIn(args),
    run: text(args, "run"),
  });
  return { limit: integer(args, "lines", 1, TRACES_MAX) ?? TRACES_DEFAULT, ...given };
}

function attributesIn(args: CommandArgs): string[] | undefined {
  const given = [...texts(args, "attribute")];
  const wrong = given.find((pair) => pair.indexOf("=") < 1);
  if (wrong !== undefined) throw usage(`--attribute must be KEY=VALUE, got "${printable(wrong)}"`);
  return given.length === 0 ? undefined : given;
}

function show(ports: CliPorts, found: Trace, isJson: boolean): void {
  if (isJson) {
    ports.stdout.write(`${terminalJson(found, 2)}\n`);
    return;
  }
  const paint = painter(ports.colours);
  const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
  const startMs = Math.min(...found.spans.map((span) => span.startMs));
  const endMs = Math.max(...found.spans.map((span) => span.startMs + span.durationMs));
  const services = new Set(found.spans.map(({ service }) => service)).size;
  const errors = found.spans.filter(({ status }) => status === "error").length;
  const head = [
    `trace ${found.traceId}`,
    `${formatDay(startMs)} ${formatTime(startMs)}`,
    formatLatency(endMs - startMs),
    `${count(found.spans.length, "span")} in ${count(services, "service")}`,
    ...(errors === 0 ? [] : [paint("red", count(errors, "error"))]),
    ...(found.truncated ? ["the rest is left out"] : []),
  ];
  const traffic =
    found.exchanges.length === 0
      ? []
      : ["", paint("dim", `Requests and replies: shoal traffic --trace ${found.traceId}`)];
  ports.stdout.write(`${[head.join("  "), "", ...waterfallLines(found, width, paint), ...traffic].join("\n")}\n`);
}

function columnsAt(nowMs: number): readonly Column<TraceSummary>[] {
  const today = formatDay(nowMs);
  return [
    { title: "TRACE", cell: (row) => row.traceId.slice(0, 16), paint: (cell, _, paint) => paint("dim", cell) },
    {
      title: "START",
      cell: (row) =>
        formatDay(row.startMs) === today
          ? formatTime(row.startMs)
          : `${formatDay(row.startMs)} ${formatTime(row.startMs)}`,
    },
    { title: "TOOK", align: "right", cell: (row) => formatLatency(row.durationMs) },
    { title: "SPANS", align: "right", cell: (row) => String(row.spans), dropOrder: 2 },
    {
      title: "ERRORS",
      align: "right",
      cell: (row) => (row.errors === 0 ? "-" : String(row.errors)),
      paint: (cell, row, paint) => (row.errors === 0 ? cell : paint("red", cell)),
    },
    { title: "SERVICE", cell: (row) => printable(row.service) },
    { title: "WHAT", cell: (row) => `${row.beginningMissing ? "… " : ""}${printable(row.name)}`, widthMin: 16 },
  ];
}
