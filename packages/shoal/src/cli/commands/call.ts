import { readFile } from "node:fs/promises";
import { STATUS_CODES } from "node:http";
import { resolve } from "node:path";
import type { Problem } from "../../contract/problem.ts";
import { EVENT_STREAM } from "../../contract/stream-names.ts";
import { shoalError } from "../../core/errors.ts";
import { parseJson } from "../../core/json.ts";
import { type HttpReply, headerOf } from "../../core/message.ts";
import { isName, NAME_RULE } from "../../core/names.ts";
import { HEADER, JSON_TYPE, PROBLEM_JSON } from "../../core/wire.ts";
import { type CommandArgs, flag, required, text, texts, timeoutMs, usage } from "../args.ts";
import { prepareRequest } from "../call-input.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { sensitiveHider } from "../hide-sensitive.ts";
import type { CliPorts } from "../ports.ts";
import { replyOutput } from "../reply-output.ts";
import { requireControl } from "../running-fleet.ts";
import {
  openServiceClient,
  type ServiceClient,
  type ServiceReply,
  type ServiceRequest,
  wholeReply,
} from "../service-client.ts";
import { findOperation, openApiOfService } from "../service-document.ts";
import { isEventStream, printItems } from "../stream-items.ts";
import { printable } from "../terminal/display-width.ts";
import { formatLatency } from "../terminal/format.ts";
import { painter } from "../terminal/style.ts";
import { terminalJson } from "../terminal/terminal-json.ts";

const METHOD = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/;
/** A service alone is asked for what it has. */
const TARGET = /^([^.]+?)(?:\.(\w+))?$/;

interface Prepared {
  readonly url: string;
  readonly request: ServiceRequest;
  /** Its reply is printed as it comes. */
  readonly isStreamed: boolean;
}

/** `shoal call`: an operation by name, or a request by method and URL, through Shoal's own client. */
export const call: Command = async (ports, args) => {
  const target = required(args, 0, "target");
  const method = METHOD.test(target.toUpperCase()) ? target.toUpperCase() : undefined;
  const [, service = "", operation = ""] = TARGET.exec(target) ?? [];
  // What is wrong with the command line is said before a fleet is asked for.
  if (method === undefined) checkTarget(target, service);
  const deadlineMs = timeoutMs(args, "timeout");
  const extra = headersOf(args);
  const data = await dataOf(ports, args, method === undefined ? args.positional[1] : undefined);

  await using client = await openServiceClient(ports, await requireControl(ports, args));
  const prepared =
    method === undefined
      ? await prepareOperation(client, { service, operation, data })
      : prepareUrl(method, required(args, 1, "url"), data);
  const { url } = prepared;
  const request = { ...prepared.request, headers: { ...prepared.request.headers, ...extra } };
  const startMs = ports.clock.now();
  if (prepared.isStreamed || request.headers["accept"]?.includes(EVENT_STREAM)) {
    const asking = { ...request, headers: { ...request.headers, accept: EVENT_STREAM } };
    return showStream(ports, args, (signal) => client.open(url, asking, signal, deadlineMs), target);
  }
  const reply = await client.send(url, request, deadlineMs);
  return show(ports, args, reply, ports.clock.now() - startMs);
};

/** Until its end, an interrupt, or for ever. */
async function showStream(
  ports: CliPorts,
  args: CommandArgs,
  open: (signal: AbortSignal) => Promise<HttpReply>,
  target: string,
): Promise<number> {
  const startMs = ports.clock.now();
  const tookMs = () => ports.clock.now() - startMs;
  const leaving = new AbortController();
  const stopListening = ports.onInterrupt(() => leaving.abort());
  try {
    const reply = await open(leaving.signal);
    if (!isEventStream(reply)) return show(ports, args, await wholeReply(reply), tookMs());
    const isPlain = !flag(args, "json");
    if (isPlain) showStatus(ports, reply, tookMs());
    const { hide, note } = sensitiveHider(reply, flag(args, "reveal"));
    const items = await printItems(ports, reply, leaving.signal, { callee: target, hide });
    if (isPlain) ports.stderr.write(`${items} ${items === 1 ? "item" : "items"} in ${formatLatency(tookMs())}\n`);
    showNote(ports, note());
    return EXIT.ok.code;
  } finally {
    stopListening();
  }
}

function checkTarget(target: string, service: string): void {
  if (isName(service)) return;
  const hint =
    'Such as: shoal call greeter.greet \'{"name": "Ada"}\', or shoal call GET service://greeter/greetings/Ada.';
  if (service !== "") throw usage(`"${service}" is no service's name: ${NAME_RULE}`, hint);
  throw usage(`"${target}" is neither service.operation nor a method such as GET`, hint);
}

interface OperationCall {
  readonly service: string;
  readonly operation: string;
  readonly data: string | undefined;
}

async function prepareOperation(client: ServiceClient, { service, operation, data }: OperationCall): Promise<Prepared> {
  const found = findOperation(await openApiOfService(client, service), service, operation);
  const { method, target, headers, body } = prepareRequest(found, data === undefined ? undefined : readJson(data));
  // Promised by the contract to be safe to do twice: with a key the client may try again after a lost answer.
  const key = found.isIdempotent && method !== "GET" ? { [HEADER.idempotencyKey]: crypto.randomUUID() } : {};
  const request = { method, headers: { ...headers, ...key }, body };
  return { url: `service://${service}${target}`, request, isStreamed: found.isStreamed };
}

function prepareUrl(method: string, url: string, data: string | undefined): Prepared {
  if (!URL.canParse(url)) throw usage(`"${url}" is no URL`, "Give it as service://quotes/quotes/42.");
  const headers: Record<string, string> = data === undefined ? {} : { [HEADER.contentType]: JSON_TYPE };
  return { url, request: { method, headers, body: data }, isStreamed: false };
}

async function dataOf(ports: CliPorts, args: CommandArgs, input: string | undefined): Promise<string | undefined> {
  const data = text(args, "data");
  if (data !== undefined && input !== undefined) throw usage("give the input as an argument or with --data, not both");
  if (data === "-") return ports.readStdin();
  if (data?.startsWith("@")) return readDataFile(resolve(ports.cwd, data.slice(1)));
  return data ?? input;
}

async function readDataFile(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw shoalError("USAGE", {
      message: "cannot read the file of --data",
      details: { file },
      hint: "Correct the path.",
      cause,
    });
  }
}

function readJson(data: string): unknown {
  try {
    return parseJson(data);
  } catch (cause) {
    throw shoalError("USAGE", {
      message: "the input is not valid JSON",
      hint: `Quote it for the shell: '{"name": "Ada"}'.`,
      cause,
    });
  }
}

function headersOf(args: CommandArgs): Record<string, string> {
  return Object.fromEntries(
    texts(args, "header").map((line) => {
      const [, name = "", value = ""] = /^([^:\s]+):\s*(.*)$/.exec(line) ?? [];
      if (name === "") throw usage(`--header must be "name: value", got "${line}"`);
      return [name.toLowerCase(), value];
    }),
  );
}

function show(ports: CliPorts, args: CommandArgs, reply: ServiceReply, tookMs: number): number {
  const { hide, note } = sensitiveHider(reply, flag(args, "reveal"));
  const value = hide(readReply(reply));
  const isError = reply.status >= 400;
  const { status, headers } = reply;
  if (flag(args, "json")) {
    ports.stdout.write(`${terminalJson({ status, headers, tookMs: Math.round(tookMs * 10) / 10, body: value })}\n`);
    showNote(ports, note());
    return isError ? EXIT.failed.code : EXIT.ok.code;
  }
  showStatus(ports, reply, tookMs);
  if (isError) ports.stderr.write(problemText(reply, value));
  if (value === reply.text) {
    const { out, note: said } = replyOutput(reply.bytes, headers[HEADER.contentType] ?? "", ports.isTerminal);
    if (out.length > 0) ports.stdout.write(out);
    showNote(ports, said);
  } else if (value !== undefined) ports.stdout.write(`${terminalJson(value, 2)}\n`);
  showNote(ports, note());
  return isError ? EXIT.failed.code : EXIT.ok.code;
}

function showNote(ports: CliPorts, note: string): void {
  if (note !== "") ports.stderr.write(`${painter(ports.colours)("dim", note)}\n`);
}

function showStatus(ports: CliPorts, { status, headers }: Pick<HttpReply, "status" | "headers">, tookMs: number): void {
  const paint = painter(ports.colours);
  const statusLine = paint(status >= 400 ? "red" : "green", `${status} ${STATUS_CODES[status] ?? ""}`.trim());
  const by = headerOf(headers, HEADER.instance);
  const facts = [formatLatency(tookMs), ...(by === undefined ? [] : [`from ${by}`])].join(", ");
  ports.stderr.write(`${statusLine} ${paint("dim", facts)}\n`);
}

function readReply({ headers, text }: ServiceReply): unknown {
  const type = headers[HEADER.contentType] ?? "";
  if (text === "") return undefined;
  if (!/\bjson\b/.test(type)) return text;
  try {
    return parseJson(text);
  } catch {
    return text; // says JSON but is not: shown as it came
  }
}

/** The problem document in words, for people; the document itself goes to stdout. */
function problemText({ headers }: ServiceReply, value: unknown): string {
  if (!headers[HEADER.contentType]?.startsWith(PROBLEM_JSON)) return "";
  const { detail, code, hint, details } = value as Partial<Problem>;
  const issues = Array.isArray(details?.["issues"]) ? details["issues"] : [];
  const lines = [
    `  what   ${detail ?? ""} [${code ?? ""}]`,
    // The first issue is usually part of the detail already.
    ...issues
      .map(({ path, message }) => `${path}: ${message}`)
      .filter((issue) => !detail?.includes(issue))
      .map((issue) => `         ${issue}`),
    ...(hint === undefined ? [] : [`  next   ${hint}`]),
  ];
  return `${lines.map(printable).join("\n")}\n`;
}
