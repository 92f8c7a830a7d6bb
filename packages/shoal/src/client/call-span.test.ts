import { describe, expect, it } from "vitest";
import { z } from "zod";
import { shoalError } from "../core/errors.ts";
import { failure, success } from "../core/outcome.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createFakeTransport } from "../testing/fake-transport.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { newCall } from "./call.ts";
import { contextOfCall } from "./call-context.ts";
import { recordCall } from "./call-span.ts";
import { sendToService } from "./client.ts";
import { CALL_DEFAULTS, resolvePolicy } from "./policy.ts";

const sampledTrace = { traceId: "a".repeat(32), spanId: "b".repeat(16), flags: 3, state: "" };
const GET = { method: "GET", target: "/quotes/1?token=x", headers: {}, body: undefined };

/** A caller "edge" of "quotes" with the instances "a" and "b". */
function world(sampled = true) {
  const clock = createVirtualClock();
  const transport = createFakeTransport(clock);
  const recorder = createRecordingRecorder(sampled);
  const runtime = { ...createFakeRuntime({ clock, identity: { service: "edge" } }), transport, recorder };
  const call = async () => {
    const answer = sendToService(runtime, "quotes", GET).then(
      () => "answered",
      (error: { code: string }) => error.code,
    );
    const instances = ["a", "b"].map((name) => sampleInstance(name, { service: "quotes", address: name }));
    runtime.registry.push(instances, ["quotes"]);
    let ended: string | undefined;
    void answer.then((how) => {
      ended = how;
    });
    await clock.advance(0);
    while (ended === undefined && (await clock.advanceToNext()));
    return ended;
  };
  for (const name of ["a", "b"]) transport.at(name, transport.answers());
  return { transport, recorder, call };
}

describe("the spans of a call", () => {
  it("are one when its first attempt is answered, and the callee's parent is that one", async () => {
    const { transport, recorder, call } = world();
    await call();
    const [span, ...more] = recorder.spans;
    expect(more).toEqual([]);
    expect(span).toMatchObject({
      name: "quotes.GET",
      kind: "client",
      parentSpanId: "",
      status: "unset",
      attributes: {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "quotes.service",
        "shoal.callee": "quotes",
        "url.full": "http://quotes.service/quotes/1",
      },
    });
    expect(transport.sent[0]?.request.headers["traceparent"]).toBe(`00-${span?.traceId}-${span?.spanId}-03`);
    expect(JSON.stringify(span)).not.toContain("token");
  });

  it("are one more for each attempt that failed or was not the first, with instance and reason", async () => {
    const { transport, recorder, call } = world();
    const refusing = async () => failure<never>("unsent", shoalError("CONNECT_FAILED", { message: "nothing listens" }));
    let first = true;
    for (const name of ["a", "b"]) {
      const answers = transport.answers();
      transport.at(name, (...sent) => {
        if (!first) return answers(...sent);
        first = false;
        return refusing();
      });
    }
    expect(await call()).toBe("answered");
    const [failed, retried, whole] = recorder.spans;
    expect(failed).toMatchObject({
      parentSpanId: whole?.spanId,
      status: "error",
      statusMessage: "[CONNECT_FAILED] nothing listens",
      attributes: { "shoal.attempt": 1, "error.type": "CONNECT_FAILED" },
    });
    expect(retried).toMatchObject({ parentSpanId: whole?.spanId, status: "unset", attributes: { "shoal.attempt": 2 } });
    expect(whole).toMatchObject({ status: "unset", attributes: { "http.request.resend_count": 1 } });
    expect(failed?.attributes["shoal.instance"]).not.toBe(retried?.attributes["shoal.instance"]);
    expect(new Set(recorder.spans.map((span) => span.spanId)).size).toBe(3);
    expect(transport.sent.at(-1)?.request.headers["traceparent"]).toContain(retried?.spanId);
  });

  it("tell why a call failed, and why it was not tried again", async () => {
    const { transport, recorder, call } = world();
    for (const name of ["a", "b"]) transport.at(name, transport.answers({ status: 500 }));
    await call();
    const whole = recorder.spans.at(-1);
    expect(whole).toMatchObject({
      status: "error",
      attributes: { "error.type": "500", "http.response.status_code": 500 },
    });
    expect(whole?.statusMessage).toMatch(/answered 500; not tried again: /);
  });

  it("hold a 4xx for an error, as the conventions do", async () => {
    const { transport, recorder, call } = world();
    for (const name of ["a", "b"]) transport.at(name, transport.answers({ status: 404 }));
    await call();
    expect(recorder.spans).toMatchObject([{ status: "error", attributes: { "error.type": "404" } }]);
  });

  it("are kept of failures and repetitions only when the trace is not sampled, which the callee is told", async () => {
    const quiet = world(false);
    await quiet.call();
    expect(quiet.recorder.spans).toEqual([]);
    expect(quiet.transport.sent[0]?.request.headers["traceparent"]).toMatch(/-02$/);
    for (const name of ["a", "b"]) quiet.transport.at(name, quiet.transport.answers({ status: 500 }));
    await quiet.call();
    expect(quiet.recorder.spans.at(-1)).toMatchObject({ name: "quotes.GET", status: "error" });
  });

  it("are no errors when the contract declares the answer, and are when it does not", async () => {
    const statuses: string[] = [];
    for (const errors of [{ notFound: 404 }, { conflict: 409, gone: { status: 410, details: z.object({}) } }]) {
      const clock = createVirtualClock();
      const recorder = createRecordingRecorder(true);
      const call = newCall({
        service: "quotes",
        operation: "getQuote",
        request: GET,
        idempotent: true,
        settings: resolvePolicy(undefined).call,
        replyInMemory: true,
        errors,
        signal: undefined,
      });
      const outcome = success({ status: 404, headers: {}, body: undefined });
      const context = contextOfCall(createFakeRuntime({ clock }), CALL_DEFAULTS, undefined, clock.now());
      recordCall(recorder, clock, { call, context: { ...context, trace: sampledTrace }, outcome, startMs: 0 });
      statuses.push(recorder.spans[0]?.status ?? "none");
    }
    expect(statuses).toEqual(["unset", "error"]);
  });

  it("last as long as a reply that streams is read, and say what broke it off", async () => {
    const { clock, recorder, done } = streaming();
    await readAll(done(ticks));
    await clock.advance(700);
    await expect(readAll(done(broken))).rejects.toThrow("ECONNRESET");
    expect(
      recorder.spans.map(({ durationMs, status, attributes }) => [durationMs, status, attributes["error.type"]]),
    ).toEqual([
      [0, "unset", undefined],
      [700, "error", "CONNECTION_LOST"],
    ]);
  });

  it("of a reply that nobody reads are recorded after half a minute", async () => {
    const { clock, recorder, done } = streaming();
    done(ticks);
    await clock.advance(29_999);
    expect(recorder.spans).toEqual([]);
    await clock.advance(1);
    expect(recorder.spans).toMatchObject([{ durationMs: 30_000, status: "unset" }]);
  });
});

/** Calls that began at 0 and are answered with a stream. */
function streaming() {
  const clock = createVirtualClock();
  const recorder = createRecordingRecorder(true);
  const settings = resolvePolicy(undefined).call;
  const asked = {
    service: "quotes",
    operation: "watch",
    request: GET,
    idempotent: true,
    settings,
    replyInMemory: false,
  };
  const context = contextOfCall(createFakeRuntime({ clock }), CALL_DEFAULTS, undefined, clock.now());
  const done = (stream: () => AsyncIterable<Uint8Array>) => {
    const call = newCall({ ...asked, errors: undefined, signal: undefined });
    const outcome = success({ status: 200, headers: {}, body: stream() });
    const told = recordCall(recorder, clock, {
      call,
      context: { ...context, trace: sampledTrace },
      outcome,
      startMs: 0,
    });
    return told.reply?.body as AsyncIterable<Uint8Array>;
  };
  return { clock, recorder, done };
}

async function* ticks() {
  yield Buffer.from("tick");
}

async function* broken() {
  yield Buffer.from("tick");
  throw new Error("ECONNRESET");
}

async function readAll(stream: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of stream);
}
