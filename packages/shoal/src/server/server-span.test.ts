import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contract } from "../contract/contract.ts";
import { get } from "../contract/operation.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { createRecordingRecorder } from "../testing/recording-recorder.ts";
import { arrivingContext } from "../transport/arrival.ts";
import { assemble } from "./assemble.ts";
import { handlerTable } from "./handlers.ts";
import { resolveServeOptions } from "./options.ts";

const notes = contract("notes", {
  read: get("/notes/:id", { params: z.object({ id: z.string() }), returns: z.object({ text: z.string() }) }),
});
const TRACE_ID = "0af7651916cd43dd8448eb211c80319c";
const PARENT_ID = "b7ad6b7169203331";

function server(handler: () => unknown, sampled = true) {
  const recorder = createRecordingRecorder(sampled);
  const runtime = { ...createFakeRuntime(), recorder };
  const handlerOf = handlerTable(notes, { read: handler });
  const assembled = assemble({ contract: notes, handlerOf, options: resolveServeOptions({}), runtime });
  assembled.lifecycle.advance("ready");
  const send = (target: string, headers = {}, method = "GET") =>
    assembled.handle({ method, target, headers, body: undefined }, arrivingContext(new AbortController().signal));
  return { ...assembled, clock: runtime.ports.clock, spans: recorder.spans, send };
}

const answer = () => ({ text: "read" });

describe("the span of a served request", () => {
  it("continues the caller's trace and speaks OpenTelemetry's words", async () => {
    const { send, spans } = server(answer);
    const traceparent = `00-${TRACE_ID}-${PARENT_ID}-01`;
    await send("/notes/42?token=x", { traceparent, "x-shoal-caller": "desk", "x-shoal-attempt": "2" });
    expect(spans).toMatchObject([
      {
        traceId: TRACE_ID,
        parentSpanId: PARENT_ID,
        name: "GET /notes/:id",
        kind: "server",
        status: "unset",
        statusMessage: "",
        startMs: Date.UTC(2026, 0, 1),
        scope: "shoal",
      },
    ]);
    expect(spans[0]?.attributes).toEqual({
      "http.request.method": "GET",
      "url.scheme": "http",
      "http.route": "/notes/:id",
      "shoal.operation": "read",
      "url.path": "/notes/42",
      "http.response.status_code": 200,
      "shoal.caller": "desk",
      "shoal.attempt": 2,
    });
  });

  it("begins a trace of its own without a caller's", async () => {
    const { send, spans } = server(answer);
    await send("/notes/42");
    expect(spans[0]).toMatchObject({ parentSpanId: "", traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  });

  it("tells why a request failed", async () => {
    const { send, spans } = server(() => {
      throw new Error("broken");
    });
    await send("/notes/42");
    expect(spans[0]).toMatchObject({
      status: "error",
      statusMessage: "INTERNAL: notes.read failed",
      attributes: { "http.response.status_code": 500, "error.type": "INTERNAL" },
      events: [
        {
          name: "exception",
          timeMs: Date.UTC(2026, 0, 1),
          attributes: { "exception.type": "Error", "exception.message": "broken" },
        },
      ],
    });
  });

  it("tells of a refusal that the work was not begun", async () => {
    const { send, spans } = server(answer);
    await send("/notes/42", { "x-deadline-ms": "0" });
    expect(spans[0]?.attributes).toMatchObject({ "shoal.nack": "final", "error.type": "DEADLINE_EXCEEDED" });
  });

  it("does not hold a caller's mistake for an error, and names no path that is not the contract's", async () => {
    const { send, spans } = server(answer);
    await send("/nothing/at/all");
    expect(spans).toMatchObject([
      { name: "GET", status: "unset", attributes: { "http.response.status_code": 404, "url.path": "/nothing/at/all" } },
    ]);
  });

  it("is not made of a service's own paths", async () => {
    const { send, spans } = server(answer);
    await send("/health/live");
    await send("/metrics");
    expect(spans).toEqual([]);
  });

  it("is kept of errors and slow requests only when the trace is not sampled", async () => {
    const failing = server(() => {
      throw new Error("broken");
    }, false);
    await failing.send("/notes/42");
    expect(failing.spans).toHaveLength(1);
    const slow = server(() => new Promise((resolve) => slow.clock.after(1_000, () => resolve(answer()))), false);
    const reply = slow.send("/notes/42");
    await slow.clock.advance(1_000);
    await reply;
    expect(slow.spans).toMatchObject([{ durationMs: 1_000, status: "unset" }]);
    const usual = server(answer, false);
    await usual.send("/notes/42");
    expect(usual.spans).toEqual([]);
  });
});
