import { rangeStartMs } from "../../ui/time-range.tsx";
import { msOf } from "../../ui/time-window.ts";
import type { TracesPatch, TracesSearch } from "./use-traces-search.ts";

/** What listTraces is asked for. */
export interface TracesQuery {
  readonly service?: string;
  readonly operation?: string;
  readonly status?: "error" | "ok";
  readonly durationMsMin?: number;
  readonly durationMsMax?: number;
  readonly attribute?: string[];
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly run?: string;
}

const ATTRIBUTES_MAX = 5;

/** An exact time goes before "the last hour"; what is no number or no status is left out. */
export function tracesQuery(search: TracesSearch, nowMs: number): TracesQuery {
  const { service, operation, status, min, max, range, from, to, run } = search;
  const isExact = msOf(from) !== undefined || msOf(to) !== undefined;
  const attributes = attributesOf(search);
  const query = {
    service,
    operation,
    status: status === "error" || status === "ok" ? status : undefined,
    durationMsMin: durationOf(min),
    durationMsMax: durationOf(max),
    attribute: attributes.length === 0 ? undefined : [...attributes],
    fromMs: isExact ? msOf(from) : rangeStartMs(range, nowMs),
    toMs: msOf(to),
    run,
  };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined)) as TracesQuery;
}

/** "key=value" each. */
export function attributesOf({ attribute }: TracesSearch): readonly string[] {
  return (attribute ?? "")
    .split("\n")
    .filter((one) => /^[^=]+=./.test(one))
    .slice(0, ATTRIBUTES_MAX);
}

function durationOf(text: string | undefined): number | undefined {
  const ms = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(ms) && ms >= 0 ? ms : undefined;
}

/** Whether new traces can belong to it: not to a time that is over. */
export function isLiveQuery({ toMs, run }: TracesQuery): boolean {
  return toMs === undefined && (run === undefined || run === "all");
}

/** Whether live events can tell what belongs to it: they know of a trace only what the list shows. */
export function isToldLive(query: TracesQuery): boolean {
  return isLiveQuery(query) && query.operation === undefined && query.attribute === undefined;
}

export const NO_TRACES_FILTERS: TracesPatch = {
  service: undefined,
  operation: undefined,
  status: undefined,
  min: undefined,
  max: undefined,
  attribute: undefined,
  range: undefined,
  from: undefined,
  to: undefined,
  run: undefined,
};

export function isFiltered(search: TracesSearch): boolean {
  return Object.keys(NO_TRACES_FILTERS).some((key) => search[key as keyof TracesSearch] !== undefined);
}

/** The two that are marked to be compared; a third one takes the place of the older. */
export function toggleMarked(marked: readonly string[], id: string): readonly string[] {
  return marked.includes(id) ? marked.filter((one) => one !== id) : [...marked, id].slice(-2);
}

export function markedOf({ compare }: TracesSearch): readonly string[] {
  return (compare ?? "")
    .split(",")
    .filter((id) => id !== "")
    .slice(0, 2);
}
