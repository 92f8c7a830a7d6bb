import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleExchange } from "../../testing/sample-exchange.ts";
import type { DecodedExchange, DecodedSpan } from "../intake/decoded.ts";
import { migrate } from "../store/schema.ts";
import { inTransaction } from "../store/sqlite.ts";
import type { PrintedLine } from "./history.ts";
import { HISTORY_DEFAULTS, type HistoryOptions } from "./history-options.ts";
import { createHistoryReader } from "./history-reader.ts";
import { HISTORY_MIGRATIONS } from "./history-schema.ts";
import { createHistoryWriter } from "./history-writer.ts";
import { createLineReader, firstSeq } from "./log-keeper.ts";
import { textMatcher, wordsOf } from "./log-search.ts";
import { createTrimmer } from "./trim.ts";

const NOTHING = {
  logs: [],
  exchanges: [],
  metrics: { durations: [], gauges: [] },
  dropped: { spans: 0, logs: 0, exchanges: 0 },
  bytes: 0,
  rejected: 0,
  reason: "",
};

/** The store without threads, on a file in memory. */
function openStore(given: Partial<HistoryOptions> = {}, run = "one", database = new DatabaseSync(":memory:")) {
  const options = { ...HISTORY_DEFAULTS, ...given };
  migrate(database, HISTORY_MIGRATIONS);
  const writer = inTransaction(database, () => createHistoryWriter(database, { id: run, fleet: "f" }, 1_000, options));
  const reader = createHistoryReader(database, run);
  const lineReader = createLineReader();
  const trimmer = createTrimmer(database, writer.run, options);
  let seq = firstSeq(database, 1_000);
  return {
    database,
    reader,
    trimmer,
    spans: (spans: readonly DecodedSpan[], nowMs = 1_000) =>
      inTransaction(database, () => {
        const written = writer.decoded({ ...NOTHING, spans }, [], nowMs);
        return { written, appended: writer.flush(nowMs) };
      }),
    exchanges: (exchanges: readonly DecodedExchange[]) =>
      inTransaction(database, () => {
        writer.decoded({ ...NOTHING, spans: [], exchanges }, [], 1_000);
        writer.flush(1_000);
      }),
    lines: (lines: readonly PrintedLine[], nowMs = 1_000) =>
      inTransaction(database, () => {
        writer.lines(
          lines.map((line) => lineReader.printed(line, seq++, 1_000)),
          nowMs,
        );
        writer.flush(nowMs);
      }),
    red: (rows: Parameters<typeof writer.red>[0]) => inTransaction(database, () => writer.red(rows)),
    trim(nowMs: number) {
      let steps = 0;
      while (inTransaction(database, () => trimmer.step(nowMs))) steps += 1;
      return steps;
    },
  };
}

function span(trace: number, id: number, more: Partial<DecodedSpan> = {}): DecodedSpan {
  return {
    traceId: trace.toString(16).padStart(32, "0"),
    spanId: id.toString(16).padStart(16, "0"),
    parentSpanId: id === 1 ? "" : "0000000000000001",
    name: "work",
    kind: "server",
    startMs: 1_000,
    durationMs: 10,
    status: "unset",
    statusMessage: "",
    attributes: {},
    events: [],
    links: [],
    scope: "",
    service: "quotes",
    instance: "quotes-1",
    resource: {},
    ...more,
  };
}

function line(text: string, service = "quotes"): PrintedLine {
  return { timeMs: 1_000, service, instance: `${service}-1`, stream: "stdout", text };
}

/** Everything behind all cursors. */
function allTraces(store: ReturnType<typeof openStore>, query: object, limit: number) {
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const page = store.reader.listTraces({ ...query, limit, cursor });
    found.push(...page.traces.map(({ traceId }) => traceId));
    cursor = page.next ?? undefined;
  } while (cursor !== undefined);
  return found;
}

const services = ["a", "b", "c"];
const anySpan = fc.record({
  trace: fc.integer({ min: 1, max: 30 }),
  id: fc.integer({ min: 1, max: 4 }),
  service: fc.constantFrom(...services),
  name: fc.constantFrom("read", "write"),
  status: fc.constantFrom("unset" as const, "error" as const),
  durationMs: fc.integer({ min: 0, max: 100 }),
  customer: fc.constantFrom("ada", "bob"),
});

describe("the history's store", () => {
  it("finds the same traces as a list in memory, whatever the filter, the batches and the pages", () => {
    const filter = fc.record(
      {
        service: fc.constantFrom(...services),
        operation: fc.constantFrom("read", "write"),
        status: fc.constantFrom("error" as const, "ok" as const),
        durationMsMin: fc.integer({ min: 0, max: 100 }),
        durationMsMax: fc.integer({ min: 0, max: 100 }),
        attribute: fc.constantFrom(["customer=ada"], ["customer=bob", "customer=ada"], ["customer=eve"]),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(anySpan, { maxLength: 12 }), { maxLength: 6 }),
        filter,
        fc.integer({ min: 1, max: 7 }),
        (batches, query, limit) => {
          const store = openStore();
          const latest = new Map<string, Map<string, DecodedSpan>>();
          for (const batch of batches) {
            const spans = batch.map(({ trace, id, customer, ...more }) =>
              span(trace, id, { ...more, attributes: { customer } }),
            );
            store.spans(spans);
            for (const each of spans) {
              const of = latest.get(each.traceId) ?? new Map<string, DecodedSpan>();
              // A trace keeps having had what a replaced span had: it is found by either.
              latest.set(
                each.traceId,
                of.set(`${each.spanId} ${each.service} ${each.name} ${each.attributes["customer"]}`, each),
              );
            }
          }
          const wanted = [...latest].filter(([traceId, of]) => {
            const spans = [...of.values()];
            const summary = store.reader.listTraces({ limit: 1_000 }).traces.find((each) => each.traceId === traceId);
            if (summary === undefined) return true;
            const operationOk =
              query.operation === undefined ||
              spans.some(
                ({ name, service }) =>
                  name === query.operation && (query.service === undefined || service === query.service),
              );
            return (
              operationOk &&
              (query.service === undefined || spans.some(({ service }) => service === query.service)) &&
              (query.status === undefined || (query.status === "error") === summary.errors > 0) &&
              (query.durationMsMin === undefined || summary.durationMs >= query.durationMsMin) &&
              (query.durationMsMax === undefined || summary.durationMs <= query.durationMsMax) &&
              (query.attribute ?? []).every((pair) =>
                spans.some(({ attributes }) => `customer=${attributes["customer"]}` === pair),
              )
            );
          });
          expect(allTraces(store, query, limit).sort()).toEqual(wanted.map(([traceId]) => traceId).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  it("counts spans and errors of a trace as if each span had come once, the last time", () => {
    fc.assert(
      fc.property(fc.array(fc.array(anySpan, { maxLength: 12 }), { maxLength: 6 }), (batches) => {
        const store = openStore();
        const last = new Map<string, DecodedSpan>();
        for (const batch of batches) {
          // Within a trace, spans are written in the order of the body.
          const spans = batch.map(({ trace, id, customer: _, ...more }) => span(trace, id, more));
          store.spans(spans);
          for (const each of spans) last.set(`${each.traceId} ${each.spanId} ${each.service}`, each);
        }
        const traces = Map.groupBy(last.values(), ({ traceId }) => traceId);
        const { traces: found } = store.reader.listTraces({ limit: 1_000 });
        expect(found.map(({ traceId, spans, errors }) => [traceId, spans, errors]).sort()).toEqual(
          [...traces]
            .map(([traceId, of]) => [traceId, of.length, of.filter(({ status }) => status === "error").length])
            .sort(),
        );
        for (const { traceId } of found) {
          const names = store.reader.getTrace(traceId)?.spans.map(({ service, name }) => `${service} ${name}`);
          expect(names?.sort()).toEqual(
            traces
              .get(traceId)
              ?.map(({ service, name }) => `${service} ${name}`)
              .sort(),
          );
        }
      }),
      { numRuns: 60 },
    );
  });

  it("finds the same lines as a list in memory, whatever the words, levels and pages", () => {
    const word = fc.constantFrom("bank", "closed", "open", "Ünïcode", "42");
    const anyLine = fc.record({
      words: fc.array(word, { minLength: 1, maxLength: 5 }),
      service: fc.constantFrom("a", "b"),
      isError: fc.boolean(),
    });
    const query = fc.record(
      {
        text: fc.array(fc.tuple(fc.boolean(), word), { maxLength: 3 }),
        service: fc.constantFrom("a", "b"),
        level: fc.constant("error"),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.array(anyLine, { maxLength: 40 }), query, fc.integer({ min: 1, max: 9 }), (given, wish, limit) => {
        const store = openStore();
        const texts = given.map(
          ({ words, isError }, index) => `${isError ? "ERROR " : ""}${words.join(" ")} n${index}`,
        );
        store.lines(given.map(({ service }, index) => line(texts[index] ?? "", service)));
        const terms = wish.text ?? [];
        const wanted = texts.filter(
          (_, index) =>
            (wish.service === undefined || given[index]?.service === wish.service) &&
            (wish.level === undefined || given[index]?.isError === true) &&
            terms.every(([isUnwanted, term]) => given[index]?.words.includes(term) !== isUnwanted),
        );
        const text = terms.map(([isUnwanted, term]) => `${isUnwanted ? "-" : ""}${term}`).join(" ");
        const found: string[] = [];
        let before: number | undefined;
        for (;;) {
          const { lines } = store.reader.listLogs({ ...wish, text, limit, before });
          found.unshift(...lines.map((entry) => entry.text));
          before = lines[0]?.seq;
          if (lines.length < limit) break;
        }
        expect(found).toEqual(wanted);
      }),
      { numRuns: 60 },
    );
  });

  it("takes any text as a search", () => {
    const store = openStore();
    store.lines([line("plain words")]);
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', "*", "-", "(", ":", "a", " ", "^", "\0") })),
        (text) => {
          expect(store.reader.listLogs({ text, limit: 5 }).lines.length).toBeLessThanOrEqual(1);
        },
      ),
    );
  });

  it("finds signs that no index knows, and tells a line that comes from one that is searched for by the same words", () => {
    const store = openStore();
    const texts = ["edge → quotes 🐟", "Ünïcode, banks-and_more (402)", "bank 5.20 EUR", "a=b"];
    store.lines(texts.map((text) => line(text)));
    const found = (text: string) => store.reader.listLogs({ text, limit: 9 }).lines.map((each) => each.text);
    expect(found("🐟")).toEqual([texts[0]]);
    expect(found('"→"')).toEqual([texts[0]]);
    expect(found("☃")).toEqual([]);
    expect(found('"" - *')).toEqual(texts);
    const word = fc.constantFrom(
      "bank",
      "bank*",
      "ban*",
      "unicode",
      "MORE",
      "and",
      "402",
      "5.20",
      '"5 20"',
      "→",
      "🐟",
      "a=b",
      "edge",
      '"edge quotes"',
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom("", "-"), word), { maxLength: 3 }), (terms) => {
        const text = terms.map((term) => term.join("")).join(" ");
        const matches = textMatcher(wordsOf(text));
        expect(found(text), text).toEqual(texts.filter(matches));
      }),
      { numRuns: 300 },
    );
  });

  it("keeps its place in a list while more comes in", () => {
    const store = openStore();
    for (let trace = 1; trace <= 10; trace += 1) store.spans([span(trace, 1)]);
    const first = store.reader.listTraces({ limit: 4 });
    for (let trace = 11; trace <= 15; trace += 1) store.spans([span(trace, 1)]);
    const second = store.reader.listTraces({ limit: 4, cursor: first.next ?? undefined });
    const numbers = [...first.traces, ...second.traces].map(({ traceId }) => Number.parseInt(traceId, 16));
    expect(numbers).toEqual([10, 9, 8, 7, 6, 5, 4, 3]);
  });

  it("keeps so many spans of a trace and no more, and says so", () => {
    const store = openStore({ traceSpansMax: 5 });
    const ids = [1, 2, 3, 4, 5];
    expect(store.spans(ids.map((id) => span(1, id))).written.spansLeft).toBe(0);
    expect(store.spans([span(1, 6), span(1, 3, { name: "again" })]).written.spansLeft).toBe(1);
    const spans = store.reader.getTrace(`${"0".repeat(31)}1`)?.spans ?? [];
    expect(spans.map(({ name }) => name).sort()).toEqual(["again", "work", "work", "work", "work"]);
  });

  it("keeps spans of two services that share an id, the later below the earlier, and each of them once", () => {
    const store = openStore();
    const shared = [span(1, 1, { service: "edge", kind: "client" }), span(1, 1, { service: "quotes", name: "served" })];
    for (let round = 0; round < 3; round += 1) for (const each of shared) store.spans([each]);
    const spans = store.reader.getTrace(`${"0".repeat(31)}1`)?.spans ?? [];
    expect(spans.map(({ service }) => service).sort()).toEqual(["edge", "quotes"]);
    expect(spans.find(({ service }) => service === "quotes")?.parentSpanId).toBe(span(1, 1).spanId);
    expect(store.reader.listTraces({ limit: 1 }).traces).toMatchObject([{ spans: 2, service: "edge" }]);
  });

  it("finds exchanges by status, by a hundred of them, and by how it went", () => {
    const store = openStore();
    const statuses = [0, 101, 200, 299, 302, 404, 499, 500, 503];
    store.exchanges(
      statuses.map((status, index) => ({
        ...sampleExchange({ status, id: index.toString(16).padStart(32, "a"), error: status === 0 ? "lost" : "" }),
        attempts: [],
        resource: {},
      })),
    );
    const found = (status: string) =>
      store.reader
        .listExchanges({ status, limit: 99 })
        .exchanges.map((one) => one.status)
        .sort((a, b) => a - b);
    expect(found("4xx")).toEqual([404, 499]);
    expect(found("5xx")).toEqual([500, 503]);
    expect(found("2xx")).toEqual([200, 299]);
    expect(found("404")).toEqual([404]);
    expect(found("0")).toEqual([0]);
    expect(found("error")).toEqual([0, 500, 503]);
    expect(found("ok")).toEqual([101, 200, 299, 302]);
  });

  it("says so while what is known of a trace begins amid a service's work", () => {
    const store = openStore();
    const begins = () => store.reader.listTraces({ limit: 1 }).traces.map((one) => [one.service, one.beginningMissing]);
    const below = (id: number) => ({ parentSpanId: span(1, id).spanId });
    store.spans([span(1, 3, { service: "payments", kind: "client", startMs: 1_003, ...below(2) })]);
    expect(begins()).toEqual([["payments", true]]);
    // A request: whoever sent it may be outside, and tell nobody.
    store.spans([span(1, 2, { service: "payments", kind: "server", startMs: 1_002, ...below(1) })]);
    expect(begins()).toEqual([["payments", false]]);
    store.spans([span(1, 1, { service: "edge", kind: "client", startMs: 1_001 })]);
    expect(begins()).toEqual([["edge", false]]);
  });

  it("does not loop on spans that are each other's parents", () => {
    const store = openStore();
    store.spans([span(1, 2, { parentSpanId: "0000000000000003" }), span(1, 3, { parentSpanId: "0000000000000002" })]);
    expect(store.reader.listTraces({ limit: 1 }).traces).toMatchObject([{ spans: 2, service: "quotes" }]);
  });

  it("gives no trace for a beginning that several have", () => {
    const store = openStore();
    const traceId = (last: string) => "ab".repeat(15) + last;
    store.spans([span(1, 1, { traceId: traceId("01") }), span(1, 1, { traceId: traceId("02") })]);
    expect(store.reader.getTrace("abababab")).toBeUndefined();
    expect(store.reader.getTrace(traceId("02"))?.traceId).toBe(traceId("02"));
    expect(store.reader.getTrace("abababa")).toBeUndefined();
  });
});

describe("the history's bounds", () => {
  it("removes nothing at the bound of age, and the segment one past it", () => {
    const store = openStore({ ageMsMax: 5_000 });
    store.spans([span(1, 1)], 1_000);
    store.lines([line("old")], 1_000);
    expect(store.trim(6_000)).toBe(0);
    store.trim(6_001);
    expect(store.reader.listTraces({ limit: 9 }).traces).toEqual([]);
    expect(store.reader.listLogs({ limit: 9 }).lines).toEqual([]);
    expect(store.database.prepare("SELECT count(*) AS count FROM spans").get()).toEqual({ count: 0 });
  });

  it("keeps so many runs, the newest", () => {
    const database = new DatabaseSync(":memory:");
    for (const run of ["one", "two", "three"]) {
      const store = openStore({ runsMax: 2 }, run, database);
      store.lines([line(`of ${run}`)]);
      store.spans([span(run.length * 100 + run.charCodeAt(0), 1)]);
      store.trim(1_000);
    }
    const { reader } = openStore({ runsMax: 2 }, "three", database);
    expect(reader.listRuns().map(({ id }) => id)).toEqual(["three", "two"]);
    expect(reader.listLogs({ run: "all", limit: 9 }).lines.map(({ text }) => text)).toEqual(["of two", "of three"]);
    expect(reader.listTraces({ run: "all", limit: 9 }).traces).toHaveLength(2);
  });

  it("removes whole runs before anything of the run that goes on", () => {
    const database = new DatabaseSync(":memory:");
    const first = openStore({}, "one", database);
    for (let batch = 0; batch < 30; batch += 1) {
      first.lines(Array.from({ length: 200 }, (_, index) => line(`first ${batch} ${index} ${"x".repeat(200)}`)));
    }
    const second = openStore({ bytesMax: 2 * 1_024 * 1_024 }, "two", database);
    for (let batch = 0; batch < 3; batch += 1) {
      second.lines(Array.from({ length: 200 }, (_, index) => line(`second ${batch} ${index} ${"x".repeat(200)}`)));
      second.trim(1_000);
    }
    expect(second.reader.listRuns().map(({ id }) => id)).toEqual(["two"]);
    expect(second.reader.listLogs({ limit: 1_000 }).lines).toHaveLength(600);
    expect(second.trimmer.bytes()).toBeLessThanOrEqual(2 * 1_024 * 1_024);
  });

  it("lets a service that prints without end push out its own lines, not the others'", () => {
    const store = openStore({ bytesMax: 1_024 * 1_024 });
    store.lines(Array.from({ length: 50 }, (_, index) => line(`quiet ${index}`, "quiet")));
    for (let batch = 0; batch < 60; batch += 1) {
      store.lines(
        Array.from({ length: 200 }, (_, index) => line(`noise ${batch} ${index} ${"y".repeat(100)}`, "noisy")),
      );
      store.trim(1_000);
    }
    expect(store.trimmer.bytes()).toBeLessThanOrEqual(1_024 * 1_024);
    expect(store.reader.listLogs({ service: "quiet", limit: 100 }).lines).toHaveLength(50);
    expect(store.reader.listLogs({ service: "noisy", limit: 1 }).lines[0]?.text).toContain("noise 59 199");
    const { logs } = store.reader.listRuns()[0] ?? { logs: 0 };
    expect(store.database.prepare("SELECT count(*) AS count FROM logs").get()).toEqual({ count: logs });
  });
});

describe("the comparison of runs", () => {
  it("tells what fails and what is slower, and what is only chance", () => {
    const database = new DatabaseSync(":memory:");
    const counts = (bucket: number, count: number) =>
      Array.from({ length: 18 }, (_, index) => (index === bucket ? count : 0));
    const row = (operation: string, errors: number, buckets: readonly number[]) => ({
      timeMs: 5_000,
      service: "quotes",
      caller: "",
      operation,
      count: buckets.reduce((sum, count) => sum + count, 0),
      errors,
      counts: buckets,
    });
    openStore({}, "before", database).red([
      row("breaks", 0, counts(3, 1_000)),
      row("unlucky", 0, counts(3, 30)),
      row("slows", 0, counts(3, 1_000)),
      row("same", 10, counts(3, 1_000)),
      row("gone", 0, counts(3, 10)),
    ]);
    const { red, reader, lines } = openStore({}, "after", database);
    red([
      row("breaks", 100, counts(3, 1_000)),
      row("unlucky", 1, counts(3, 30)),
      row("slows", 0, counts(8, 1_000)),
      row("same", 12, counts(3, 1_000)),
    ]);
    lines([line("ERROR order 17 refused"), line("ERROR order 18 refused")]);
    const compared = reader.compareRuns("before", "after");
    expect(compared?.operations.map(({ operation, verdict }) => [operation, verdict])).toEqual([
      ["breaks", "fails"],
      ["slows", "slower"],
      ["gone", "gone"],
      ["same", "same"],
      ["unlucky", "same"],
    ]);
    expect(compared?.logs).toEqual([
      { service: "quotes", level: "error", pattern: "ERROR order … refused", before: 0, after: 2 },
    ]);
    expect(reader.compareRuns("before", "nobody")).toBeUndefined();
  });
});
