import { parseQuery, type TextRecord } from "../../contract/query.ts";
import { shoalError } from "../../core/errors.ts";
import type { LiveTopic } from "../api/live-events.ts";

const TOPICS: ReadonlySet<string> = new Set(["fleet", "map", "traces", "logs", "exchanges"] satisfies LiveTopic[]);

/** What a reader wants to be told of. */
export interface LiveQuery {
  readonly topics: ReadonlySet<LiveTopic>;
  /** One value for each name; of lists that share a connection, each takes what it knows. */
  readonly filters: Readonly<Record<string, string>>;
  /** "key=value", all of them. */
  readonly attributes: readonly string[];
}

const ATTRIBUTES_MAX = 5;

/** Reads the query of `GET /api/v1/live`. Throws REQUEST_INVALID for a topic that there is not. */
export function liveQuery(query: string): LiveQuery {
  const record = parseQuery(query);
  const topics = listOf(record, "topics")
    .flatMap((text) => text.split(","))
    .filter((topic) => topic !== "");
  const unknown = topics.find((topic) => !TOPICS.has(topic));
  if (unknown !== undefined || topics.length === 0) {
    const got = unknown === undefined ? "none" : `"${unknown.slice(0, 40)}"`;
    throw shoalError("REQUEST_INVALID", { message: `topics must be some of ${[...TOPICS].join(", ")}, got ${got}` });
  }
  const filters = Object.fromEntries(
    Object.keys(record)
      .filter((name) => name !== "topics" && name !== "attribute")
      .map((name) => [name, (listOf(record, name)[0] ?? "").slice(0, 1_000)]),
  );
  return {
    topics: new Set(topics as LiveTopic[]),
    filters,
    attributes: listOf(record, "attribute").slice(0, ATTRIBUTES_MAX),
  };
}

function listOf(record: TextRecord, name: string): readonly string[] {
  const value = record[name];
  return value === undefined ? [] : typeof value === "string" ? [value] : value;
}
