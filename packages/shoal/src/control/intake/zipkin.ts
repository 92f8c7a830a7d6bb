import type { SpanKind } from "../../telemetry/records.ts";
import { type AttributeBag, createBag, putAttribute } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { DecodedFrom } from "./decoded.ts";
import type { SpanDraft } from "./drafts.ts";
import { createSpanDraft } from "./drafts.ts";
import { idOfJson, isHexId } from "./ids.ts";
import { type Instant, NO_INSTANT } from "./instant.ts";
import { isObject, type Json, objectIn, objectsIn, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import { senderOf } from "./sender.ts";

const KINDS: Readonly<Record<string, SpanKind>> = {
  CLIENT: "client",
  SERVER: "server",
  PRODUCER: "producer",
  CONSUMER: "consumer",
};

/** Tags that mean what an attribute of the conventions does: it is added, so that one search finds both. */
const SAME_AS: Readonly<Record<string, string>> = {
  "http.method": "http.request.method",
  "http.path": "url.path",
  "http.url": "url.full",
};

interface Spot {
  readonly span: Json;
  readonly traceId: string;
  readonly id: string;
  readonly from: DecodedFrom;
}

/**
 * Reads a list of Zipkin v2 spans.
 *
 * In Zipkin the server's span may share its id with the client's. Such a server span gets an id of its own, made of the
 * shared one so that a repeated span gets the same again, and becomes the client span's child; its children in the same
 * body follow it. A child that comes in another body stays the client span's child: one step too high, but in the tree.
 * @see https://zipkin.io/zipkin-api/#/default/post_spans
 */
export function readZipkinSpans(document: unknown, collector: Collector): void {
  const senders = new Map<string, DecodedFrom>();
  const spans: readonly unknown[] = Array.isArray(document) ? document : [];
  const spots = spans
    .filter(isObject)
    .filter(() => collector.begin())
    .map((span) => spotOf(span, senders));
  const clients = new Set(spots.filter(({ span }) => span["kind"] === "CLIENT").map(keyOf));
  const isShared = (spot: Spot) =>
    spot.span["kind"] === "SERVER" && (spot.span["shared"] === true || clients.has(keyOf(spot)));
  const shared = new Set(spots.filter(isShared).map((spot) => `${keyOf(spot)} ${spot.from.service}`));
  for (const spot of spots) {
    const parentId = idOfJson(spot.span["parentId"]).padStart(16, "0");
    const followsShared = shared.has(`${spot.traceId} ${parentId} ${spot.from.service}`);
    const draft = draftOf(spot, collector.limits);
    draft.parentSpanId = followsShared ? ownId(parentId) : parentId;
    if (isShared(spot)) {
      draft.spanId = ownId(spot.id);
      draft.parentSpanId = spot.id;
    }
    collector.span(draft, spot.from, "zipkin");
  }
}

function spotOf(span: Json, senders: Map<string, DecodedFrom>): Spot {
  const local = objectIn(span, "localEndpoint");
  const service = textIn(local, "serviceName");
  const address = addressOf(local);
  const key = `${service} ${address}`;
  const from = senders.get(key) ?? senderOf(resourceOf(service, address));
  senders.set(key, from);
  const id = idOfJson(span["id"]);
  const traceId = idOfJson(span["traceId"]);
  // Half as long ids are of the time before W3C's: zeros are put before them, as everybody does. Longer ones are wrong.
  return { span, from, id: id.padStart(16, "0"), traceId: traceId.padStart(32, "0") };
}

function keyOf({ traceId, id }: Spot): string {
  return `${traceId} ${id}`;
}

/** Another id, always the same for one. */
function ownId(id: string): string {
  if (!isHexId(id, 16)) return id;
  return (BigInt(`0x${id}`) ^ 0x5a5a_5a5a_5a5a_5a5an).toString(16).padStart(16, "0");
}

function addressOf(endpoint: Json): string {
  const host = textIn(endpoint, "ipv4") || textIn(endpoint, "ipv6");
  const port = endpoint["port"];
  return typeof port === "number" && host !== "" ? `${host}:${port}` : host;
}

function resourceOf(service: string, address: string): Readonly<Record<string, string>> {
  return {
    ...(service === "" ? {} : { "service.name": service }),
    ...(address === "" ? {} : { "service.instance.id": address }),
  };
}

function draftOf({ span, traceId, id }: Spot, limits: IntakeLimits): SpanDraft {
  const { bag, error } = tagsOf(objectIn(span, "tags"), limits);
  const remote = objectIn(span, "remoteEndpoint");
  const peer = textIn(remote, "serviceName");
  if (peer !== "") putAttribute(bag, "peer.service", peer, limits);
  const address = addressOf(remote);
  if (address !== "") putAttribute(bag, "network.peer.address", address, limits);
  const startUs = microsIn(span["timestamp"]);
  const durationUs = microsIn(span["duration"]);
  const annotations = objectsIn(span, "annotations");
  return {
    ...createSpanDraft(),
    traceId,
    spanId: id,
    name: textIn(span, "name"),
    kind: KINDS[textIn(span, "kind")] ?? "internal",
    start: instantOfMicros(startUs),
    end: instantOfMicros(startUs + durationUs),
    status: error === undefined ? "unset" : "error",
    statusMessage: error ?? "",
    bag,
    events: annotations.slice(0, limits.eventsMax).map((annotation) => ({
      name: textIn(annotation, "value"),
      at: instantOfMicros(microsIn(annotation["timestamp"])),
      bag: createBag(),
    })),
    droppedEvents: Math.max(0, annotations.length - limits.eventsMax),
  };
}

function tagsOf(tags: Json, limits: IntakeLimits): { bag: AttributeBag; error: string | undefined } {
  const bag = createBag();
  let error: string | undefined;
  for (const [key, value] of Object.entries(tags)) {
    if (typeof value !== "string") continue;
    putAttribute(bag, key, value, limits);
    if (key === "error") error = value === "true" ? "" : value;
    const same = Object.hasOwn(SAME_AS, key) ? SAME_AS[key] : undefined;
    if (same !== undefined) putAttribute(bag, same, value, limits);
    if (key === "http.status_code" && /^\d{3}$/.test(value)) {
      putAttribute(bag, "http.response.status_code", Number(value), limits);
    }
  }
  return { bag, error };
}

function microsIn(value: unknown): number {
  return typeof value === "number" && value > 0 && value <= Number.MAX_SAFE_INTEGER ? value : 0;
}

function instantOfMicros(micros: number): Instant {
  if (micros === 0) return NO_INSTANT;
  const ms = Math.floor(micros / 1_000);
  return { ms, nanos: Math.round((micros - ms * 1_000) * 1_000) };
}
