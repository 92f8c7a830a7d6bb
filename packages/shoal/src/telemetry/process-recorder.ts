import type { Ports } from "../core/service.ts";
import { type Batches, type BatchesOptions, createBatches } from "./batches.ts";
import { type BodyWriter, createBodyWriter } from "./body-writer.ts";
import type { OtlpPost, Posted } from "./otlp-sender.ts";
import { spansEncoder } from "./otlp-spans.ts";
import type { PendingExchange, Recorder } from "./recorder.ts";
import type { Span } from "./records.ts";
import { redactSpan } from "./redact-span.ts";
import type { Resource } from "./resource.ts";
import { createSampler, type Sampling } from "./sampling.ts";

/** What a process had to drop since its start. */
interface Dropped {
  readonly spans: number;
  readonly exchanges: number;
}

/** Records in bounded memory and posts in batches. */
export interface ProcessRecorder extends Recorder {
  /** Posts what is held. Never rejects. */
  readonly flush: () => Promise<void>;
  readonly dropped: () => Dropped;
}

export interface ProcessRecorderParts {
  readonly ports: Ports;
  readonly resource: Resource;
  readonly sampling: Sampling;
  /** See `Recorder.slowMs`. */
  readonly slowMs: number;
  /** Where spans go; undefined: nowhere. */
  readonly postSpans: OtlpPost | undefined;
  /** Where exchanges go; undefined: nowhere. */
  readonly postExchanges: OtlpPost | undefined;
}

/** Exchanges carry bodies of up to 64 KiB each way: fewer of them fill the same memory. */
const EXCHANGES: Partial<BatchesOptions> = {
  itemsMax: 2_048,
  bytesMax: 16 * 1_024 * 1_024,
  batchItemsMax: 256,
  batchBytesMax: 2 * 1_024 * 1_024,
};

export function createProcessRecorder(parts: ProcessRecorderParts): ProcessRecorder {
  const { ports, resource, sampling, slowMs, postSpans, postExchanges } = parts;
  const spans: Batches<Span> | undefined = postSpans && createBatches({ ports, ...spansRequest(resource, postSpans) });
  const dropped = () => ({ spans: spans?.dropped() ?? 0, exchanges: exchanges?.dropped() ?? 0 });
  const exchanges: Batches<PendingExchange> | undefined =
    postExchanges && createBatches({ ports, ...exchangesRequest(resource, dropped, postExchanges) }, EXCHANGES);
  return {
    enabled: spans !== undefined || exchanges !== undefined,
    sampleNewTrace: createSampler(sampling, ports.clock),
    slowMs,
    span: (span) => spans?.add(span, spanBytes(span)),
    exchange: (exchange) => exchanges?.add(exchange, EXCHANGE_BYTES + exchange.bytes),
    dropped,
    async flush() {
      await Promise.all([spans?.flush(), exchanges?.flush()]);
    },
  };
}

/** What is not taken at once may still be on its way when the next body is written. */
async function posted(body: Uint8Array, post: OtlpPost, writer: BodyWriter): Promise<Posted> {
  const became = await post(body);
  if (became.kind !== "taken") writer.leave();
  return became;
}

function spansRequest(resource: Resource, post: OtlpPost) {
  const writer = createBodyWriter();
  const encode = spansEncoder(resource);
  return {
    encode(spans: readonly Span[]): Uint8Array {
      writer.begin();
      encode(
        spans.map((span) => redactSpan(span)),
        writer.add,
      );
      return writer.body();
    },
    post: (body: Uint8Array) => posted(body, post, writer),
  };
}

/** The request of `POST /v1/exchanges`: it also tells what was dropped since the last one that was taken. */
function exchangesRequest(resource: Resource, dropped: () => Dropped, post: OtlpPost) {
  const head = `{"resource":${JSON.stringify(resource)},"dropped":`;
  const writer = createBodyWriter();
  let told: Dropped = { spans: 0, exchanges: 0 };
  let telling = told;
  return {
    encode(pending: readonly PendingExchange[]): Uint8Array {
      telling = dropped();
      const since = { spans: telling.spans - told.spans, logs: 0, exchanges: telling.exchanges - told.exchanges };
      writer.begin();
      let separator = `${head}${JSON.stringify(since)},"exchanges":[`;
      for (const exchange of pending) {
        writer.add(separator + exchange.json());
        separator = ",";
      }
      writer.add("]}");
      return writer.body();
    },
    async post(body: Uint8Array) {
      const became = await posted(body, post, writer);
      if (became.kind === "taken") told = telling;
      return became;
    },
  };
}

/** Of a span without attributes, in OTLP's JSON. */
const SPAN_BYTES = 300;
const ATTRIBUTE_BYTES = 40;

function spanBytes({ name, attributes, events, links, statusMessage }: Span): number {
  let bytes = SPAN_BYTES + name.length + statusMessage.length + attributesBytes(attributes) + links.length * 200;
  for (const event of events) bytes += 100 + event.name.length + attributesBytes(event.attributes);
  return bytes;
}

function attributesBytes(attributes: Span["attributes"]): number {
  let bytes = 0;
  for (const key in attributes) {
    const value = attributes[key];
    bytes += ATTRIBUTE_BYTES + key.length;
    if (typeof value === "string") bytes += value.length;
    else if (typeof value === "object") bytes += JSON.stringify(value).length;
  }
  return bytes;
}

/** Of an exchange without its bodies. */
const EXCHANGE_BYTES = 2_000;
