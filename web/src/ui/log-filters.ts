/** Which lines; each as listLogs takes it. */
export interface LogFilters {
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  /** At least this level. */
  readonly level?: string | undefined;
  readonly stream?: string | undefined;
  /** A full-text search. */
  readonly text?: string | undefined;
  readonly trace?: string | undefined;
  readonly run?: string | undefined;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}

/** Only what is set, in one order: the same filters make the same text. */
export function filtersOf({
  service,
  instance,
  level,
  stream,
  text,
  trace,
  run,
  fromMs,
  toMs,
}: LogFilters): LogFilters {
  const all = { service, instance, level, stream, text, trace, run, fromMs, toMs };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined && value !== ""));
}

/** Whether lines that come from now on belong to it: not to an earlier run, nor to a time that has an end. */
export function goesOn({ run, toMs }: LogFilters): boolean {
  return toMs === undefined && (run === undefined || run === "all");
}
