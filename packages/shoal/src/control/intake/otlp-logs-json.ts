import { putAttribute } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { LogDraft } from "./drafts.ts";
import { levelOf } from "./drafts.ts";
import { idOfJson } from "./ids.ts";
import { instantOfJson, NO_INSTANT } from "./instant.ts";
import { countIn, type Json, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import { readAnyValueJson, readAttributesJson, readGroupsJson } from "./otlp-common-json.ts";

const NAMES = { groups: "resourceLogs", libraries: "scopeLogs", records: "logRecords" };
const SEVERITY_PREFIX = "SEVERITY_NUMBER_";

/** Reads an ExportLogsServiceRequest in JSON. */
export function readLogsJson(document: Json, collector: Collector): void {
  readGroupsJson(document, NAMES, collector, (record, from, scope) => {
    collector.log(logDraftOf(record, collector.limits), from, scope);
  });
}

function logDraftOf(record: Json, limits: IntakeLimits): LogDraft {
  const bag = readAttributesJson(record, limits);
  const eventName = textIn(record, "eventName");
  if (eventName !== "") putAttribute(bag, "event.name", eventName, limits);
  // "SEVERITY_NUMBER_WARN2" by its word, which begins like a level's name.
  const severity = textIn(record, "severityNumber").replace(SEVERITY_PREFIX, "");
  return {
    at: instantOfJson(record["timeUnixNano"]) ?? NO_INSTANT,
    observed: instantOfJson(record["observedTimeUnixNano"]) ?? NO_INSTANT,
    level: levelOf(countIn(record, "severityNumber"), severity || textIn(record, "severityText")),
    body: readAnyValueJson(record["body"], limits, 0),
    traceId: idOfJson(record["traceId"]),
    spanId: idOfJson(record["spanId"]),
    bag,
    droppedAttributes: countIn(record, "droppedAttributesCount"),
  };
}
