import type { ServerResponse } from "node:http";
import { constants, createGzip } from "node:zlib";
import type { InstanceStatus, LiveEvents } from "../../src/api/types.ts";
import { summaryOf } from "./make-exchange.ts";
import { mapOf, serviceStatus } from "./rates.ts";
import { exchangeFilter, lineFilter, traceFilter } from "./search.ts";
import type { SyntheticWorld } from "./world.ts";

const STEP_MS = 250;
const LINES_MAX = 2_000;
const TRACES_MAX = 100;
const EXCHANGES_MAX = 200;

/** Sends what happens as server-sent events, in gzip as the control plane does, until the reader goes. */
export function sendLive(world: SyntheticWorld, query: URLSearchParams, reply: ServerResponse): void {
  const topics = new Set((query.get("topics") ?? "").split(","));
  const headers = { "content-type": "text/event-stream", "cache-control": "no-store", "content-encoding": "gzip" };
  reply.writeHead(200, headers);
  const packed = createGzip({ level: 4, flush: constants.Z_SYNC_FLUSH });
  packed.pipe(reply);
  const send = <Name extends keyof LiveEvents>(name: Name, event: LiveEvents[Name]) => {
    packed.write(`event: ${name}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  const steps = [
    ...(topics.has("fleet") ? [fleetStep(world, send)] : []),
    ...(topics.has("map") ? [seconds(() => send("map", mapOf(world.fleet, Date.now())))] : []),
    ...(topics.has("traces") ? [traceStep(world, query, send)] : []),
    ...(topics.has("exchanges") ? [exchangeStep(world, query, send)] : []),
    ...(topics.has("logs") ? [lineStep(world, query, send)] : []),
  ];
  packed.write(": live\n\n");
  const step = () => {
    for (const one of steps) one();
  };
  step();
  const timer = setInterval(step, STEP_MS);
  reply.on("close", () => clearInterval(timer));
}

type Send = <Name extends keyof LiveEvents>(name: Name, event: LiveEvents[Name]) => void;

/** At once, and then each second. */
function seconds(act: () => void): () => void {
  let count = 0;
  return () => {
    if (count % 4 === 0) act();
    count += 1;
  };
}

function fleetStep(world: SyntheticWorld, send: Send): () => void {
  let known = new Map<string, string>();
  let changes = world.instanceChanges.length;
  send("fleet", world.status());
  send("instances", { all: true, changed: world.fleet.services.flatMap((one) => one.instances), gone: [] });
  return seconds(() => {
    const statuses = world.fleet.services.map((one) => serviceStatus(one, Date.now()));
    const texts = new Map(statuses.map((status) => [status.service, JSON.stringify(status)]));
    const changed = statuses.filter(({ service }) => known.get(service) !== texts.get(service));
    const isFirst = known.size === 0;
    known = texts;
    if (changed.length > 0) send("services", { all: isFirst, changed, gone: [] });
    const fresh: InstanceStatus[] = world.instanceChanges.slice(changes);
    changes = world.instanceChanges.length;
    if (fresh.length > 0) send("instances", { all: false, changed: fresh, gone: [] });
  });
}

function traceStep(world: SyntheticWorld, query: URLSearchParams, send: Send): () => void {
  const { history } = world;
  let seen = history.total.traces;
  return () => {
    const fresh = tail(history.traces, history.total.traces - seen).filter(traceFilter(query));
    seen = history.total.traces;
    const traces = fresh.slice(-TRACES_MAX).map(({ summary }) => summary);
    if (traces.length > 0) send("traces", { traces, dropped: fresh.length - traces.length });
  };
}

function exchangeStep(world: SyntheticWorld, query: URLSearchParams, send: Send): () => void {
  const { history } = world;
  let seen = history.total.exchanges;
  return () => {
    const fresh = tail(history.exchanges, history.total.exchanges - seen).filter(exchangeFilter(query));
    seen = history.total.exchanges;
    const exchanges = fresh.slice(-EXCHANGES_MAX).map(summaryOf);
    if (exchanges.length > 0) send("exchanges", { exchanges, dropped: fresh.length - exchanges.length });
  };
}

function lineStep(world: SyntheticWorld, query: URLSearchParams, send: Send): () => void {
  const { history } = world;
  let seen = history.seq;
  return () => {
    const fresh = tail(history.lines, history.seq - seen).filter(lineFilter(query));
    seen = history.seq;
    const lines = fresh.slice(-LINES_MAX);
    if (lines.length > 0) send("logs", { lines, dropped: fresh.length - lines.length });
  };
}

function tail<Item>(list: readonly Item[], count: number): readonly Item[] {
  return count <= 0 ? [] : list.slice(-count);
}
