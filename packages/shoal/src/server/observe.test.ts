import { expect, it } from "vitest";
import { shoalError } from "../core/errors.ts";
import type { Body, HttpReply } from "../core/message.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { arrivalOf } from "./arrival.ts";
import { observe } from "./observe.ts";

type Stream = AsyncIterable<Uint8Array> & { readonly error?: unknown };

/** What is counted and recorded of requests that are answered with a stream. */
function observed(sampled = true) {
  const recorder = createRecordingRecorder(sampled);
  const runtime = createFakeRuntime();
  const { ports, log, meter } = runtime;
  const source = { ports, realm: "local", log, handlerMs: 1_000, sampleNewTrace: () => sampled };
  const filter = observe({ source, meter, recorder, instance: "feed-1" });
  const refused = { kind: "refused", error: shoalError("INTERNAL", { message: "" }), allow: undefined } as const;
  return {
    clock: ports.clock,
    counts: () => runtime.served.map(({ status, durationMs }) => [status, durationMs]),
    spans: () =>
      recorder.spans.map(({ durationMs, status, attributes }) => [durationMs, status, attributes["error.type"]]),
    async ask(body: Stream): Promise<Stream> {
      const message = { method: "GET", target: "/feed", headers: {}, body: undefined };
      const context = arrivingContext(new AbortController().signal);
      const reply: HttpReply = { status: 200, headers: {}, body };
      const answered: { readonly body: Body } = await filter(arrivalOf(message, refused), context, async () => reply);
      return answered.body as Stream;
    },
  };
}

it("counts and records a reply that streams when it ends, as long as it took", async () => {
  const { ask, clock, counts, spans } = observed();
  const stream = await ask(ticks([]));
  await clock.advance(2_000);
  expect([counts(), spans()]).toEqual([[], []]);
  await readAll(stream);
  expect(counts()).toEqual([[200, 2_000]]);
  expect(spans()).toEqual([[2_000, "unset", undefined]]);
});

it("counts a stream that fails after its status with the status of its failure, whoever says so", async () => {
  const failure = shoalError("UPSTREAM_FAILED", { message: "the bank hung up" });
  const { ask, counts, spans } = observed(false);
  // The stack's own streams end well and say why; those of others throw.
  await readAll(await ask(Object.assign(ticks([]), { error: failure })));
  await expect(readAll(await ask(broken(failure)))).rejects.toThrow("the bank hung up");
  await expect(readAll(await ask(broken(new Error("ECONNRESET"))))).rejects.toThrow("ECONNRESET");
  expect(counts().map(([status]) => status)).toEqual([failure.status, failure.status, 502]);
  expect(spans().map(([, ...rest]) => rest)).toEqual([
    ["error", "UPSTREAM_FAILED"],
    ["error", "UPSTREAM_FAILED"],
    ["error", "CONNECTION_LOST"],
  ]);
});

it("takes neither a caller that had enough nor a caller's own mistake for a failure", async () => {
  const { ask, counts, spans } = observed();
  for await (const _ of await ask(ticks(["a", "b"]))) break;
  await readAll(await ask(Object.assign(ticks([]), { error: shoalError("REQUEST_INVALID", { message: "no" }) })));
  expect(counts().map(([status]) => status)).toEqual([200, 200]);
  expect(spans().map(([, status]) => status)).toEqual(["unset", "unset"]);
});

it("counts a stream that goes on for long after half a minute, and once more when it fails later", async () => {
  const { ask, clock, counts } = observed();
  const lasting = await ask(ticks([]));
  const failing = await ask(broken(new Error("ECONNRESET")));
  await clock.advance(29_999);
  expect(counts()).toEqual([]);
  await clock.advance(1);
  expect(counts().map(([status]) => status)).toEqual([200, 200]);
  await readAll(lasting);
  await expect(readAll(failing)).rejects.toThrow("ECONNRESET");
  expect(counts().map(([status]) => status)).toEqual([200, 200, 502]);
});

async function* ticks(texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text);
}

function broken(cause: Error): Stream {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(cause) }) };
}

async function readAll(stream: Stream): Promise<void> {
  for await (const _ of stream);
}
