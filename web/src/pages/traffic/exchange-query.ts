import { rangeStartMs } from "../../ui/time-range.tsx";
import type { trafficSearch } from "./search.ts";

export type TrafficSearch = ReturnType<typeof trafficSearch>;

/** The filters of listExchanges, for a list and for what is live; without pages. */
export interface ExchangeQuery {
  readonly text?: string;
  readonly body?: string;
  readonly service?: string;
  readonly peer?: string;
  readonly side?: "client" | "server";
  readonly method?: string;
  readonly status?: string;
  readonly external?: boolean;
  readonly trace?: string;
  readonly durationMsMin?: number;
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly run?: string;
}

/** What a URL asks for. What is no number or none of the known words is left out rather than refused. */
export function exchangeQueryOf(search: TrafficSearch, nowMs: number): ExchangeQuery {
  const { q, body, service, peer, side, method, status, external, trace, min, range, from, to, run } = search;
  const parts: Record<keyof ExchangeQuery, unknown> = {
    text: q,
    body: body?.slice(0, 200),
    service,
    peer,
    side: side === "client" || side === "server" ? side : undefined,
    method,
    status,
    external: external === "true" ? true : external === "false" ? false : undefined,
    trace,
    durationMsMin: numberOf(min),
    fromMs: numberOf(from) ?? rangeStartMs(range, nowMs),
    toMs: numberOf(to),
    run,
  };
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined));
}

/** Whether new exchanges can come into what is asked for: not into the past, nor by what is in bodies, which are not sent. */
export function isLiveQuery({ toMs, run, body }: ExchangeQuery): boolean {
  return toMs === undefined && body === undefined && (run === undefined || run === "all");
}

function numberOf(text: string | undefined): number | undefined {
  const value = Number(text);
  return text === undefined || !Number.isFinite(value) || value < 0 ? undefined : value;
}
