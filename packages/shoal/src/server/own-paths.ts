import { shoalError } from "../core/errors.ts";
import type { HttpReply } from "../core/message.ts";
import { HEADER, JSON_TYPE, PATH } from "../core/wire.ts";
import type { Route, ServerFilter } from "./arrival.ts";
import type { Readiness } from "./readiness.ts";

/** What a service says about itself at /.well-known/shoal. */
export interface WellKnown {
  readonly name: string;
  readonly instance: string;
  readonly release: string;
  readonly realm: string;
  readonly zone: string;
  /** Hash of the contract. */
  readonly contract: string;
}

/** What every service answers by itself. Called per request, so that nothing is made before it is asked for. */
export interface OwnAnswers {
  readonly wellKnown: () => WellKnown;
  readonly readiness: () => Promise<Readiness>;
  readonly openApi: () => unknown;
  /** The metrics and their content type, or undefined when this process keeps none. */
  readonly metrics: (accept: string | undefined) => { readonly type: string; readonly text: string } | undefined;
}

/** Finds the answer to one of every service's own paths, or undefined for any other path. */
export function ownPaths(service: string, answers: OwnAnswers): (method: string, path: string) => Route | undefined {
  const routes = new Map<string, Route>([
    [PATH.wellKnown, { kind: "own", answer: () => jsonReply(200, answers.wellKnown()) }],
    [PATH.live, { kind: "own", answer: () => jsonReply(200, { status: "live" }) }],
    [PATH.ready, { kind: "own", answer: async () => readyReply(await answers.readiness()) }],
    [PATH.openapi, { kind: "own", answer: () => jsonReply(200, answers.openApi()) }],
    [PATH.metrics, { kind: "own", answer: (headers) => metricsReply(answers.metrics(headers["accept"])) }],
  ]);
  return (method, path) => {
    const route = routes.get(path);
    if (!route || method === "GET" || method === "HEAD") return route;
    const message = `${service} has no ${method} at ${path}, only GET, HEAD`;
    return { kind: "refused", error: shoalError("METHOD_NOT_ALLOWED", { message }), allow: "GET, HEAD" };
  };
}

/** Answers requests for the own paths. */
export const answerOwnPaths: ServerFilter = (arrival, context, next) => {
  const { route, message } = arrival;
  return route.kind === "own" ? Promise.resolve(route.answer(message.headers)) : next(arrival, context);
};

/** 200 when ready, else 503, with the reason in one word. */
export function readyReply(readiness: Readiness): HttpReply {
  return jsonReply(readiness === "ready" ? 200 : 503, { status: readiness });
}

export function jsonReply(status: number, value: unknown): HttpReply {
  return { status, headers: { [HEADER.contentType]: JSON_TYPE }, body: Buffer.from(JSON.stringify(value)) };
}

function metricsReply(metrics: ReturnType<OwnAnswers["metrics"]>): HttpReply {
  if (!metrics) return { status: 204, headers: {}, body: undefined };
  return { status: 200, headers: { [HEADER.contentType]: metrics.type }, body: Buffer.from(metrics.text) };
}
