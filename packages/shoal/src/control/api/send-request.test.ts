import { describe, expect, it } from "vitest";
import { CancelSource } from "../../core/cancellation.ts";
import type { HttpReply, HttpRequest } from "../../core/message.ts";
import { createFakeHistory } from "../../testing/fake-history.ts";
import { createFakeRuntime } from "../../testing/fake-runtime.ts";
import { arrivingAt } from "../../transport/arrival.ts";
import { dashboardRuntime } from "../dashboard-runtime.ts";
import { captureBody } from "./captured-reply.ts";
import { type RequestToSend, sendRequest } from "./send-request.ts";

const ASKED: RequestToSend = {
  service: "quotes",
  method: "POST",
  target: "/quotes?dry=1",
  headers: {},
  body: null,
  deadlineMs: 1_000,
};

function fleet(answer: (request: HttpRequest) => HttpReply) {
  const fake = createFakeRuntime();
  const seen: HttpRequest[] = [];
  fake.transport.serve("quotes", async (request) => {
    seen.push(request);
    return answer(request);
  });
  const history = createFakeHistory();
  const runtime = dashboardRuntime({ ...fake, ports: fake.ports, history });
  const send = async (given: Partial<RequestToSend> = {}) => {
    const sent = sendRequest(runtime, { ...ASKED, ...given }, arrivingAt(new CancelSource()));
    const place = { realm: "local", zone: "local", release: "dev", contract: "" };
    await Promise.resolve();
    fake.registry.push([{ id: "quotes-1", service: "quotes", address: "local:quotes", ...place }]);
    return sent;
  };
  return { ...fake, seen, send, history, runtime };
}

const OK: HttpReply = { status: 200, headers: { "content-type": "text/plain" }, body: Buffer.from("fine") };

describe("sendRequest", () => {
  it("sends what was asked in a sampled trace of its own, in the dashboard's name", async () => {
    const { send, seen } = fleet(() => ({
      ...OK,
      headers: { "set-cookie": ["a=1", "b=2"], "x-shoal-instance": "quotes-1" },
    }));
    const headers = {
      "X-Tenant": "7",
      Host: "evil.example",
      "content-length": "9",
      "X-Shoal-Caller": "admin",
      traceparent: "x",
    };
    const reply = await send({ headers, body: "{}" });
    expect(reply).toMatchObject({
      status: 200,
      headers: [
        ["set-cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["x-shoal-instance", "quotes-1"],
      ],
      body: { bytes: 4, truncated: false, encoding: "utf8", text: "fine" },
      instance: "quotes-1",
      error: "",
    });
    const [request] = seen;
    expect(request).toMatchObject({
      method: "POST",
      target: "/quotes?dry=1",
      headers: { "x-tenant": "7", "x-shoal-caller": "shoal-dashboard" },
    });
    expect(request?.headers["host"]).not.toBe("evil.example");
    expect(request?.headers["traceparent"]).toMatch(new RegExp(`^00-${reply.traceId}-[0-9a-f]{16}-0[13]$`));
  });

  it("records what it sent, as one tree", async () => {
    const { send, history, runtime } = fleet(() => OK);
    const { traceId } = await send();
    await runtime.recorder.flush();
    const bodies = history.bodies.filter(({ kind }) => kind === "otlp-traces");
    const spans = bodies
      .flatMap(({ bytes }) => JSON.parse(Buffer.from(bytes).toString()).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans)
      .flatMap(({ spans: some }) => some);
    const root = spans.find(({ parentSpanId }) => parentSpanId === undefined);
    expect(root).toMatchObject({ traceId, name: "send POST /quotes", kind: 1 });
    expect(spans.filter(({ parentSpanId }) => parentSpanId === root.spanId)).toMatchObject([{ traceId, kind: 3 }]);
  });

  it("gives a failed reply as it is", async () => {
    const { send } = fleet(() => ({ status: 422, headers: {}, body: Buffer.from([0xff, 0x00]) }));
    expect(await send()).toMatchObject({ status: 422, body: { encoding: "base64", text: "/wA=" }, error: "" });
  });

  it.each([
    [{ target: "//evil.example/x" }, "target"],
    [{ target: "/a b" }, "target"],
    [{ target: "/a\r\nHost: x" }, "target"],
    [{ headers: { "a b": "1" } }, "headers"],
    [{ headers: { a: "1\r\nb: 2" } }, "headers.a"],
  ])("refuses %j", async (given, where) => {
    await expect(fleet(() => OK).send(given)).rejects.toMatchObject({
      code: "notSendable",
      details: { reason: expect.stringContaining(`${where} must be`) },
    });
  });
});

describe("captureBody", () => {
  async function* chunks() {
    yield Buffer.from("aaaa");
    yield Buffer.from("bbb€");
    throw new Error("nobody should read on");
  }

  it("reads no further than it may, and cuts no character in half", async () => {
    expect(await captureBody(chunks(), 8)).toEqual({ bytes: 8, truncated: true, encoding: "utf8", text: "aaaabbb" });
  });

  it("shows what came of a stream that does not end in time, and passes on any other failure", async () => {
    async function* events(signal: AbortSignal) {
      yield Buffer.from("tick");
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
      throw new Error("cut");
    }
    const time = new AbortController();
    const captured = captureBody(events(time.signal), 8, time.signal);
    time.abort();
    expect(await captured).toEqual({ bytes: 4, truncated: true, encoding: "utf8", text: "tick" });
    await expect(captureBody(events(AbortSignal.abort()), 8, new AbortController().signal)).rejects.toThrow("cut");
  });

  it("shows nothing of nothing", async () => {
    expect(await captureBody(undefined, 8)).toEqual({ bytes: 0, truncated: false, encoding: "utf8", text: "" });
  });
});
