import { z } from "zod";
import { get, post } from "../../contract/operation.ts";
import { Page, Window } from "./schemas/common.ts";
import { ExchangeDetail, ExchangeSummary } from "./schemas/exchanges.ts";
import { FleetMap, GaugeSeries, SeriesPoint, ServiceDetail } from "./schemas/fleet-map.ts";
import { LogDifference, Run, RunDifference } from "./schemas/runs.ts";
import { Trace, TraceSummary } from "./schemas/traces.ts";

const Service = z.object({ service: z.string().max(128) });
const next = z.string().nullable();
/** Of a service or an operation: longer ones are not kept either. */
const Name = z.string().max(256);
/** Part of an id. */
const Id = z.string().max(64);
const Ms = z.number().min(0);

/** Filters of exchanges. */
const ofExchanges = {
  service: Name.optional(),
  peer: Name.optional(),
  side: z.enum(["client", "server"]).optional(),
  method: z.string().max(16).optional(),
  /** "error": 5xx or no reply; "ok": no error and below 400; "4xx" and its likes; or a status, 0 for no reply. */
  status: z
    .string()
    .regex(/^(?:error|ok|[1-5]xx|\d{1,3})$/)
    .optional(),
  external: z.boolean().optional(),
  trace: Id.optional(),
  durationMsMin: Ms.optional(),
  /** Part of the URL or operation. */
  text: z.string().max(1_000).optional(),
};

/** What the control plane's contract tells of telemetry: see controlContract. */
export const telemetryOperations = {
  getMap: get("/api/v1/map", { returns: FleetMap, summary: "Who calls whom, and how it goes" }),
  getService: get("/api/v1/services/:service", {
    params: Service,
    returns: ServiceDetail,
    errors: { serviceUnknown: 404 },
    summary: "A service's operations, callers and callees",
  }),
  getServiceOpenapi: get("/api/v1/services/:service/openapi", {
    params: Service,
    returns: z.record(z.string(), z.unknown()),
    errors: { serviceUnknown: 404, noOpenapi: 404 },
    summary: "The OpenAPI document that one of its instances serves",
  }),
  getSeries: get("/api/v1/services/:service/series", {
    params: Service,
    query: z.object({
      ...Window,
      operation: Name.optional(),
      caller: Name.optional(),
      points: z.number().int().min(10).max(1_000).default(120),
    }),
    returns: z.object({ stepMs: z.number(), red: z.array(SeriesPoint), gauges: z.array(GaugeSeries) }),
    summary: "Rate, errors, durations and process metrics over time",
  }),
  listTraces: get("/api/v1/traces", {
    query: z.object({
      ...Window,
      ...Page,
      /** Some span of the trace is of this service. */
      service: Name.optional(),
      /** The name of some span (of that service, if given). */
      operation: Name.optional(),
      /** Of the whole trace. */
      durationMsMin: Ms.optional(),
      durationMsMax: Ms.optional(),
      /** "error": some span failed; "ok": none did. */
      status: z.enum(["error", "ok"]).optional(),
      /** "key=value", each to be found on some span; at most 5. */
      attribute: z.array(z.string().max(1_000)).max(5).optional(),
    }),
    returns: z.object({ traces: z.array(TraceSummary), next }),
    summary: "Search for traces, newest first",
  }),
  getTrace: get("/api/v1/traces/:trace", {
    params: z.object({ trace: z.string().regex(/^[0-9a-f]{1,32}$/) }),
    returns: Trace,
    errors: { traceUnknown: 404 },
    summary:
      "A trace with its spans, logs and exchanges. The id may be shortened to 8 digits or more when it is unique",
  }),
  /** For filters: what there is to choose from. */
  listNames: get("/api/v1/names", {
    query: z.object({ run: Id.optional() }),
    returns: z.object({
      services: z.array(z.string()),
      operations: z.array(z.object({ service: z.string(), operation: z.string() })),
      attributes: z.array(z.string()),
    }),
    summary: "Services, operations and attribute keys that telemetry has told of",
  }),
  listExchanges: get("/api/v1/exchanges", {
    query: z.object({
      ...Window,
      ...Page,
      ...ofExchanges,
      /** Part of a body, request or reply: a page may then be short, or empty, and `next` goes on all the same. */
      body: z.string().min(1).max(200).optional(),
    }),
    returns: z.object({ exchanges: z.array(ExchangeSummary), next }),
    summary: "Recorded requests and replies, newest first",
  }),
  getExchange: get("/api/v1/exchanges/:exchange", {
    params: z.object({ exchange: z.string().max(64) }),
    returns: ExchangeDetail,
    errors: { exchangeUnknown: 404 },
    summary: "One request and reply with headers and bodies",
  }),
  exportHar: get("/api/v1/har", {
    query: z.object({
      ...Window,
      ...ofExchanges,
      /** These, whatever the filters say. */
      id: z.array(Id).max(1_000).optional(),
      limit: z.number().int().min(1).max(1_000).default(200),
    }),
    returns: z.record(z.string(), z.unknown()),
    summary: "Exchanges as an HTTP Archive (HAR 1.2)",
  }),
  importHar: post("/api/v1/har", {
    body: z.record(z.string(), z.unknown()),
    returns: z.object({ imported: z.number().int(), skipped: z.number().int(), ids: z.array(z.string()) }),
    errors: { harInvalid: 422 },
    summary: "Adds the entries of an HTTP Archive to the exchanges",
  }),
  sendRequest: post("/api/v1/send", {
    body: z.object({
      /** A service of the fleet. */
      service: z.string().max(128),
      method: z.string().regex(/^[A-Z]{1,16}$/),
      /** Path and query. */
      target: z.string().startsWith("/").max(8_192),
      headers: z.record(z.string().max(256), z.string().max(16_384)).default({}),
      /** UTF-8; null: none. */
      body: z.string().max(16_777_216).nullable().default(null),
      deadlineMs: z.number().int().min(1).max(60_000).default(10_000),
    }),
    returns: z.object({
      /** 0 when no instance answered. */
      status: z.number().int(),
      headers: z.array(z.tuple([z.string(), z.string()])),
      body: z.object({
        bytes: z.number(),
        truncated: z.boolean(),
        encoding: z.enum(["utf8", "base64"]),
        text: z.string(),
      }),
      durationMs: z.number(),
      /** The trace it began: its spans and logs follow within a second. */
      traceId: z.string(),
      instance: z.string(),
      /** "CODE: message. hint" when no instance answered; "" otherwise. */
      error: z.string(),
    }),
    errors: { serviceUnknown: 404, notSendable: 422 },
    summary: "Sends a request through the smart client and gives the reply, whatever it is",
  }),
  listRuns: get("/api/v1/runs", {
    returns: z.object({ current: z.string(), runs: z.array(Run) }),
    summary: "This run of the fleet and earlier ones, newest first",
  }),
  compareRuns: get("/api/v1/runs/compare", {
    query: z.object({ before: Id, after: Id }),
    returns: z.object({ before: Run, after: Run, operations: z.array(RunDifference), logs: z.array(LogDifference) }),
    errors: { runUnknown: 404 },
    summary: "What became slower, what fails now and did not",
  }),
} as const;
