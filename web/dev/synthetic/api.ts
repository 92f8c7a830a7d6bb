import { notableOf } from "../../../packages/shoal/src/control/api/resilience-view.ts";
import { summaryOf } from "./make-exchange.ts";
import { openApiOf } from "./openapi.ts";
import { detailOf, mapOf, serviceStatus, trendsOf } from "./rates.ts";
import type { CommandReply } from "./reply.ts";
import { notFound } from "./reply.ts";
import { resilienceHistoryOf, resilienceOf } from "./resilience.ts";
import { compareLogs, compareOperations } from "./runs.ts";
import { exchangeFilter, lineFilter, numberOf, traceFilter } from "./search.ts";
import { seriesOf } from "./series.ts";
import type { SyntheticWorld } from "./world.ts";

interface Asked {
  readonly world: SyntheticWorld;
  readonly query: URLSearchParams;
  /** What the pattern's groups matched. */
  readonly parts: readonly string[];
  readonly body: unknown;
}

type Route = readonly [method: string, path: RegExp, answer: (asked: Asked) => unknown];

const SERVICE = "/api/v1/services/([^/]+)";

const ROUTES: readonly Route[] = [
  ["GET", /^\/api\/v1\/fleet$/, ({ world }) => world.status()],
  ["GET", /^\/api\/v1\/services$/, ({ world }) => world.fleet.services.map((one) => serviceStatus(one, Date.now()))],
  ["GET", /^\/api\/v1\/trends$/, ({ world }) => trendsOf(world.fleet, Date.now())],
  ["GET", /^\/api\/v1\/instances$/, instances],
  ["GET", /^\/api\/v1\/map$/, ({ world }) => mapOf(world.fleet, Date.now())],
  ["GET", /^\/api\/v1\/resilience$/, resilience],
  ["GET", /^\/api\/v1\/resilience\/history$/, resilienceHistory],
  ["GET", new RegExp(`^${SERVICE}$`), (asked) => detailOf(asked.world.fleet, known(asked), Date.now())],
  ["GET", new RegExp(`^${SERVICE}/openapi$`), (asked) => openApiOf(known(asked))],
  ["GET", new RegExp(`^${SERVICE}/series$`), series],
  ["POST", new RegExp(`^${SERVICE}/(start|stop|restart)$`), command],
  ["GET", /^\/api\/v1\/traces$/, traces],
  [
    "GET",
    /^\/api\/v1\/traces\/([0-9a-f]+)$/,
    ({ world, parts }) => world.history.trace(parts[0] ?? "") ?? notFound("traceUnknown", "no such trace"),
  ],
  ["GET", /^\/api\/v1\/names$/, names],
  ["GET", /^\/api\/v1\/logs$/, logs],
  ["GET", /^\/api\/v1\/exchanges$/, exchanges],
  [
    "GET",
    /^\/api\/v1\/exchanges\/([^/]+)$/,
    ({ world, parts }) =>
      world.history.exchanges.find(({ id }) => id === parts[0]) ?? notFound("exchangeUnknown", "no such exchange"),
  ],
  [
    "GET",
    /^\/api\/v1\/har$/,
    () => ({ log: { version: "1.2", creator: { name: "shoal", version: "0" }, entries: [] } }),
  ],
  ["POST", /^\/api\/v1\/har$/, () => ({ imported: 3, skipped: 1, ids: [] })],
  ["POST", /^\/api\/v1\/send$/, send],
  ["GET", /^\/api\/v1\/runs$/, ({ world }) => ({ current: world.run, runs: world.runs })],
  ["GET", /^\/api\/v1\/runs\/compare$/, compare],
];

/** What the API answers; undefined when it has no such path. */
export function answer(world: SyntheticWorld, method: string, url: URL, body: unknown): CommandReply | undefined {
  for (const [wanted, path, make] of ROUTES) {
    const match = path.exec(url.pathname);
    if (match === null || wanted !== method) continue;
    const value = make({ world, query: url.searchParams, parts: match.slice(1).map(decodeURIComponent), body });
    return isReply(value) ? value : { status: 200, value };
  }
  return undefined;
}

function isReply(value: unknown): value is CommandReply {
  return typeof value === "object" && value !== null && "status" in value && "value" in value;
}

function known({ world, parts }: Asked) {
  const service = world.fleet.find(parts[0] ?? "");
  if (!service) throw notFound("serviceUnknown", `there is no service ${parts[0]}`);
  return service;
}

function instances({ world, query }: Asked) {
  const service = query.get("service");
  return world.fleet.services
    .filter(({ name }) => service === null || name === service)
    .flatMap((one) => one.instances);
}

function series(asked: Asked) {
  const { query } = asked;
  const toMs = numberOf(query, "toMs", Date.now());
  return seriesOf(known(asked), numberOf(query, "fromMs", toMs - 900_000), toMs, numberOf(query, "points", 120));
}

function resilience({ world, query }: Asked) {
  const all = resilienceOf(world.fleet, query.get("service"), Date.now());
  return query.has("notable") ? notableOf(all) : all;
}

function resilienceHistory({ world, query }: Asked) {
  const edge = { caller: query.get("caller") ?? "", callee: query.get("callee") ?? "" };
  return resilienceHistoryOf(world.fleet, edge, Date.now());
}

function command(asked: Asked) {
  return { instances: asked.world.command(known(asked).name, asked.parts[1] ?? "") };
}

function traces({ world, query }: Asked) {
  const found = world.history.traces.filter(traceFilter(query)).toReversed();
  const { items, next } = pageOf(found, query);
  return { traces: items.map(({ summary }) => summary), next };
}

function exchanges({ world, query }: Asked) {
  const { items, next } = pageOf(world.history.exchanges.filter(exchangeFilter(query)).toReversed(), query);
  return { exchanges: items.map(summaryOf), next };
}

function pageOf<Item>(found: readonly Item[], query: URLSearchParams) {
  const from = numberOf(query, "cursor", 0);
  const to = from + numberOf(query, "limit", 100);
  return { items: found.slice(from, to), next: to < found.length ? String(to) : null };
}

function logs({ world, query }: Asked) {
  const [after, before] = [numberOf(query, "after", -1), numberOf(query, "before", Number.POSITIVE_INFINITY)];
  const matches = lineFilter(query);
  const found = world.history.lines.filter((line) => line.seq > after && line.seq < before && matches(line));
  const limit = numberOf(query, "limit", 1_000);
  const lines = after >= 0 ? found.slice(0, limit) : found.slice(-limit);
  return { lines, next: lines.at(-1)?.seq ?? world.history.seq };
}

function names({ world }: Asked) {
  return {
    services: world.fleet.services.map(({ name }) => name),
    operations: world.fleet.services.flatMap(({ name, operations }) =>
      operations.map(({ operation }) => ({ service: name, operation })),
    ),
    attributes: [
      "http.request.method",
      "http.response.status_code",
      "http.route",
      "shoal.caller",
      "shoal.operation",
      "url.path",
    ],
  };
}

function send({ world, body }: Asked) {
  const service = String((body as { service?: unknown }).service ?? "");
  if (!world.fleet.find(service)) return notFound("serviceUnknown", `there is no service ${service}`);
  const text = JSON.stringify({ echo: body, odd: "<b>text</b>" });
  return {
    status: 200,
    value: {
      status: 200,
      headers: [["content-type", "application/json"]],
      body: { bytes: Buffer.byteLength(text), truncated: false, encoding: "utf8", text },
      durationMs: world.random.skewed(12),
      traceId: world.call(service),
      instance: world.fleet.find(service)?.instances[0]?.instance ?? "",
      error: "",
    },
  };
}

function compare({ world, query }: Asked) {
  const find = (name: string) => world.runs.find(({ id }) => id === query.get(name));
  const [before, after] = [find("before"), find("after")];
  if (!before || !after) return notFound("runUnknown", "no such run");
  return { before, after, operations: compareOperations(world.fleet, world.random), logs: compareLogs(world.fleet) };
}
