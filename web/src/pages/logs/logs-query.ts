import type { LogFilters } from "../../ui/log-filters.ts";
import { rangeStartMs } from "../../ui/time-range.tsx";
import { msOf } from "../../ui/time-window.ts";
import type { LogsPatch, LogsSearch } from "./use-logs-search.ts";

/** What the URL asks for; an exact time goes before "the last hour". */
export function logsQuery(search: LogsSearch, nowMs: number): LogFilters {
  const { q, service, instance, level, stream, trace, range, from, to, run } = search;
  const isExact = msOf(from) !== undefined || msOf(to) !== undefined;
  return {
    service,
    instance,
    level,
    stream,
    text: q,
    trace,
    run,
    fromMs: isExact ? msOf(from) : rangeStartMs(range, nowMs),
    toMs: msOf(to),
  };
}

/** The URL for a filter that a line's field asks for; a text is looked for beside what is looked for already. */
export function patchFor({ text, ...filters }: LogFilters, search: LogsSearch): LogsPatch {
  const { service, instance, level, stream, trace } = filters;
  const given = Object.entries({ service, instance, level, stream, trace }).filter(([, value]) => value !== undefined);
  const isThere = text === undefined || (search.q ?? "").includes(text);
  return { ...Object.fromEntries(given), ...(isThere ? {} : { q: [search.q, text].filter(Boolean).join(" ") }) };
}

/** Everything off but how the lines are shown. */
export const NO_LOG_FILTERS: LogsPatch = {
  q: undefined,
  service: undefined,
  instance: undefined,
  level: undefined,
  stream: undefined,
  trace: undefined,
  range: undefined,
  from: undefined,
  to: undefined,
  run: undefined,
  line: undefined,
};

export function isFiltered(search: LogsSearch): boolean {
  return Object.keys(NO_LOG_FILTERS).some((key) => key !== "line" && search[key as keyof LogsSearch] !== undefined);
}
