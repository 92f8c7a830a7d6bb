import type { TraceSummary } from "../api/schemas/traces.ts";
import type { DecodedSpan } from "../intake/decoded.ts";
import { addAttributeTags, nameTag, operationTag, serviceTag } from "./tag.ts";

/** A trace's earliest span is its root, a request that was served, or something amid a service's work. */
export type TraceBeginning = "root" | "served" | "amid";

/** What is known of a trace while its spans are written. */
export interface TraceDraft {
  readonly number: number;
  readonly traceId: string;
  readonly isNew: boolean;
  service: string;
  name: string;
  begins: TraceBeginning;
  /** Start of the span that gave service and name. */
  rootMs: number;
  startMs: number;
  endMs: number;
  spans: number;
  errors: number;
  status: number | null;
  readonly services: Map<string, { spans: number; errors: number }>;
  readonly tags: Set<number>;
}

/** Services that a summary shows. */
const SERVICES_SHOWN = 20;
/** Tags of one trace: beyond, its further attributes are kept but not found. */
const TAGS_MAX = 4_096;

export function newTraceDraft(number: number, traceId: string): TraceDraft {
  return {
    number,
    traceId,
    isNew: true,
    service: "",
    name: "",
    begins: "amid",
    rootMs: Number.POSITIVE_INFINITY,
    startMs: Number.POSITIVE_INFINITY,
    endMs: Number.NEGATIVE_INFINITY,
    spans: 0,
    errors: 0,
    status: null,
    services: new Map(),
    tags: new Set(),
  };
}

/** Counts a span in. The root span names the trace; while it is missing, the earliest span does. */
export function addToTrace(draft: TraceDraft, span: DecodedSpan): void {
  const { service, name, startMs, durationMs } = span;
  countSpan(draft, service, span.status === "error", 1);
  draft.startMs = Math.min(draft.startMs, startMs);
  draft.endMs = Math.max(draft.endMs, startMs + durationMs);
  const isRoot = span.parentSpanId === "";
  const hasRoot = draft.begins === "root";
  if ((isRoot && !hasRoot) || (isRoot === hasRoot && startMs < draft.rootMs)) {
    draft.service = service;
    draft.name = name;
    draft.begins = isRoot ? "root" : span.kind === "server" || span.kind === "consumer" ? "served" : "amid";
    draft.rootMs = startMs;
    draft.status = httpStatus(span);
  }
  if (draft.tags.size >= TAGS_MAX) return;
  const { tags } = draft;
  tags.add(serviceTag(service));
  tags.add(nameTag(name));
  tags.add(operationTag(service, name));
  for (const key in span.attributes) {
    const value = span.attributes[key];
    if (value !== undefined) addAttributeTags(tags, key, value);
  }
  for (const tag of resourceTags(span.resource)) tags.add(tag);
}

/** Counts spans of a service in, or out (by -1). */
export function countSpan(draft: TraceDraft, service: string, isError: boolean, by: number): void {
  const errors = isError ? by : 0;
  draft.spans += by;
  draft.errors += errors;
  const counted = draft.services.get(service);
  if (counted === undefined) draft.services.set(service, { spans: by, errors });
  else {
    counted.spans += by;
    counted.errors += errors;
    if (counted.spans === 0) draft.services.delete(service);
  }
}

function httpStatus({ attributes }: DecodedSpan): number | null {
  const status = attributes["http.response.status_code"] ?? attributes["http.status_code"];
  return typeof status === "number" && Number.isInteger(status) ? status : null;
}

/** Resources are shared by the spans of a body: their tags are made once. */
const tagsOfResources = new WeakMap<object, ReadonlySet<number>>();
/** What nobody looks for: about the process, not about the work. */
const NOT_SOUGHT = /^(telemetry|process|os)\./;

function resourceTags(resource: DecodedSpan["resource"]): ReadonlySet<number> {
  const known = tagsOfResources.get(resource);
  if (known !== undefined) return known;
  const tags = new Set<number>();
  for (const [key, value] of Object.entries(resource)) {
    if (!NOT_SOUGHT.test(key)) addAttributeTags(tags, key, value);
  }
  tagsOfResources.set(resource, tags);
  return tags;
}

export function summaryOf(draft: TraceDraft, run: string): TraceSummary {
  const services = [...draft.services].map(([service, counts]) => ({ service, ...counts }));
  services.sort((left, right) => right.spans - left.spans);
  return {
    traceId: draft.traceId,
    service: draft.service,
    name: draft.name,
    startMs: draft.startMs,
    durationMs: Math.max(0, draft.endMs - draft.startMs),
    spans: draft.spans,
    errors: draft.errors,
    services: services.slice(0, SERVICES_SHOWN),
    status: draft.status,
    beginningMissing: draft.begins === "amid",
    run,
  };
}
