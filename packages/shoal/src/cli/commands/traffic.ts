import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { controlContract } from "../../control/api/contract.ts";
import type { ExchangeDetail, ExchangeSummary } from "../../control/api/schemas/exchanges.ts";
import { messageOf, shoalError } from "../../core/errors.ts";
import { toCurl } from "../../telemetry/curl.ts";
import { type CommandArgs, durationMs, flag, integer, onlyGiven, text, usage } from "../args.ts";
import type { Command } from "../command.ts";
import type { ControlClient } from "../control-client.ts";
import { EXIT } from "../exit-codes.ts";
import { noneFound } from "../none-found.ts";
import type { CliPorts } from "../ports.ts";
import { findFleet, requireControl } from "../running-fleet.ts";
import { painter } from "../terminal/style.ts";
import { terminalJson } from "../terminal/terminal-json.ts";
import { wholeTraceId } from "../trace/trace-id.ts";
import { byStart, exchangeTable } from "../traffic/exchange-table.ts";
import { exchangeText } from "../traffic/exchange-text.ts";
import { followExchanges } from "../traffic/follow-exchanges.ts";

const EXCHANGES_DEFAULT = 30;
const EXCHANGES_MAX = 1_000;
/** Looked into for a text in bodies. */
const PAGES_MAX = 100;
/** Of that text. */
const BODY_CHARS_MAX = 200;

/** `shoal traffic`: the last recorded requests and replies, one of them in whole, or all as an HTTP Archive. */
export const traffic: Command = async (ports, args) => {
  const target = await requireControl(ports, args);
  const { control } = target;
  const id = text(args, "show") ?? text(args, "curl");
  const har = text(args, "har");
  if (id !== undefined) await showOne(ports, args, control, await find(control, id));
  else if (har !== undefined) await exportHar(ports, args, control, har);
  else await list(ports, args, control, () => target.isLocal && !findFleet(ports, args)?.isRunning);
  return EXIT.ok.code;
};

async function list(ports: CliPorts, args: CommandArgs, control: ControlClient, isOver: () => boolean): Promise<void> {
  const isFollowing = flag(args, "follow");
  const query = await queryOf(ports, args, control);
  // All that is known already is asked for, or it would be taken for new.
  const asked = isFollowing ? { ...query, limit: EXCHANGES_MAX } : query;
  const known = await newest(control, asked);
  const oldestFirst = byStart(known.slice(0, query.limit));
  const show = printerOf(ports, flag(args, "json"));
  if (oldestFirst.length > 0) show(oldestFirst);
  if (isFollowing) await followExchanges(ports, { control, query, known, show, isOver });
  else if (oldestFirst.length === 0) {
    const { limit: _, run, ...filters } = query;
    const isFiltered = Object.keys(filters).length > 0;
    await noneFound(ports, control, {
      what: "exchanges",
      yet: "each call between services is recorded",
      isFiltered,
      run,
    });
  }
}

/** A page may be short of what is asked for when bodies are searched: the next ones go on. */
async function newest(
  control: ControlClient,
  query: Awaited<ReturnType<typeof queryOf>>,
): Promise<readonly ExchangeSummary[]> {
  const found: ExchangeSummary[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < PAGES_MAX && found.length < query.limit; page += 1) {
    const limit = query.limit - found.length;
    const { exchanges, next } = await control.listExchanges({
      query: { ...query, limit, ...(cursor === undefined ? {} : { cursor }) },
    });
    found.push(...exchanges);
    if (next === null || query.body === undefined) break;
    cursor = next;
  }
  return found;
}

function bodyIn(args: CommandArgs): string | undefined {
  const given = text(args, "body");
  if (given !== undefined && text(args, "har") !== undefined) throw usage("--har and --body do not go together");
  if (given !== undefined && given.length > BODY_CHARS_MAX) {
    throw usage(`--body must have at most ${BODY_CHARS_MAX} characters, got ${given.length}`);
  }
  return given;
}

async function queryOf(ports: CliPorts, args: CommandArgs, control: ControlClient) {
  const since = durationMs(args, "since");
  const given = onlyGiven({
    service: args.positional[0],
    peer: text(args, "peer"),
    status: flag(args, "errors") ? "error" : statusIn(args),
    external: flag(args, "external") ? true : undefined,
    trace: await wholeTraceId(control, text(args, "trace")),
    text: text(args, "grep"),
    body: bodyIn(args),
    durationMsMin: durationMs(args, "min"),
    fromMs: since === undefined ? undefined : ports.clock.wallMs() - since,
    run: text(args, "run"),
  });
  return { limit: integer(args, "lines", 1, EXCHANGES_MAX) ?? EXCHANGES_DEFAULT, ...given };
}

function statusIn(args: CommandArgs): string | undefined {
  const given = text(args, "status")?.toLowerCase();
  if (given === undefined || /^[1-5](?:xx|\d\d)$/.test(given)) return given;
  throw usage(`--status must be a status such as 404, or 4xx, got "${given}"`);
}

function printerOf(ports: CliPorts, isJson: boolean): (exchanges: readonly ExchangeSummary[]) => void {
  const paint = painter(ports.colours);
  const width = ports.isTerminal ? ports.columns() : Number.POSITIVE_INFINITY;
  let isFirst = true;
  return (exchanges) => {
    const lines = isJson
      ? exchanges.map((exchange) => terminalJson(exchange))
      : exchangeTable(exchanges, ports.clock.wallMs(), width, paint).slice(isFirst ? 0 : 1);
    isFirst = false;
    ports.stdout.write(`${lines.join("\n")}\n`);
  };
}

async function find(control: ControlClient, id: string): Promise<ExchangeDetail> {
  try {
    return await control.getExchange({ params: { exchange: id } });
  } catch (error) {
    if (!controlContract.errors.exchangeUnknown.is(error)) throw error;
    throw shoalError("EXCHANGE_UNKNOWN", { message: `there is no exchange "${id.slice(0, 64)}"`, cause: error });
  }
}

async function showOne(ports: CliPorts, args: CommandArgs, control: ControlClient, exchange: ExchangeDetail) {
  if (text(args, "curl") !== undefined) {
    ports.stdout.write(`${toCurl(exchange, { origin: await originOf(control, exchange) })}\n`);
  } else if (flag(args, "json")) ports.stdout.write(`${terminalJson(exchange, 2)}\n`);
  else ports.stdout.write(`${exchangeText(exchange, painter(ports.colours)).join("\n")}\n`);
}

/** curl knows no services by name: it is given an instance that is ready. */
async function originOf(control: ControlClient, { side, service, peer, external }: ExchangeDetail) {
  if (external) return undefined;
  const instances = await control.listInstances({ query: { service: side === "client" ? peer : service } });
  return instances.find(({ state, address }) => state === "ready" && address !== null)?.address ?? undefined;
}

async function exportHar(ports: CliPorts, args: CommandArgs, control: ControlClient, file: string): Promise<void> {
  if (flag(args, "follow")) throw usage("--har and --follow do not go together");
  const limit = integer(args, "lines", 1, EXCHANGES_MAX) ?? EXCHANGES_MAX;
  const har = await control.exportHar({ query: { ...(await queryOf(ports, args, control)), limit } });
  const path = resolve(ports.cwd, file);
  await writeFile(path, JSON.stringify(har, undefined, 2)).catch((cause: unknown) => {
    throw usage(`--har ${file} cannot be written: ${messageOf(cause)}`, "Name a file in a folder that exists.");
  });
  ports.stderr.write(`${file}\n`);
}
