import { describe, expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import { createFakeHistory } from "../testing/fake-history.ts";
import type { IntakeKind, IntakeResult } from "./history/history.ts";
import { INTAKE_BYTES_MAX, intakeRoutes } from "./intake-routes.ts";

function made() {
  const history = createFakeHistory();
  const taken: IntakeResult[] = [];
  const forwarded: [IntakeKind, Uint8Array][] = [];
  const forwarder = { offer: (kind: IntakeKind, _: unknown, bytes: Uint8Array) => void forwarded.push([kind, bytes]) };
  const route = intakeRoutes({ history, forwarder, log: SILENT_LOG, onTaken: (result) => void taken.push(result) });
  const post = (path: string, headers: Record<string, string> = {}, given: Partial<HttpRequest> = {}) => {
    const request = { method: "POST", target: path, headers, body: Buffer.from("{}"), ...given };
    const reply = route(path, request);
    if (!reply) throw new Error("not for it");
    return reply;
  };
  return { history, taken, forwarded, post, route };
}

const text = ({ body }: HttpReply) => Buffer.from((body ?? []) as Uint8Array).toString();

describe("intakeRoutes", () => {
  it.each([
    ["/v1/traces", "otlp-traces", 200],
    ["/v1/logs", "otlp-logs", 200],
    ["/v1/metrics", "otlp-metrics", 200],
    ["/api/v2/spans", "zipkin-spans", 202],
    ["/v1/exchanges", "exchanges", 200],
  ])("takes what is posted to %s as %s", async (path, kind, status) => {
    const { post, history, taken } = made();
    const headers = { "content-type": "Application/JSON; charset=utf-8", "content-encoding": "GZIP" };
    expect((await post(path, headers)).status).toBe(status);
    expect(history.bodies).toMatchObject([{ kind, contentType: "application/json", contentEncoding: "gzip" }]);
    expect(taken).toHaveLength(1);
  });

  it("says what was left out", async () => {
    const { post, history } = made();
    history.result = { accepted: 1, rejected: 2, reason: "no span id", durations: [] };
    const reply = await post("/v1/traces", { "content-type": "application/json" });
    expect(JSON.parse(text(reply))).toEqual({ partialSuccess: { rejectedSpans: "2", errorMessage: "no span id" } });
  });

  it("takes nothing but POST", async () => {
    const reply = await made().post("/v1/traces", {}, { method: "GET" });
    expect(reply).toMatchObject({ status: 405, headers: { allow: "POST" } });
  });

  it.each(["br", "deflate", "gzip, gzip"])("refuses the encoding %s", async (encoding) => {
    const reply = await made().post("/v1/logs", { "content-encoding": encoding });
    expect(reply.status).toBe(415);
    expect(JSON.parse(text(reply)).message).toContain(`the content encoding is "${encoding}"`);
  });

  it("refuses a body that is too large", async () => {
    const body = Buffer.alloc(INTAKE_BYTES_MAX + 1);
    expect((await made().post("/v1/logs", {}, { body })).status).toBe(413);
  });

  it("says when to come again while the history cannot take it, and forwards nothing of it", async () => {
    const { post, history, forwarded, taken } = made();
    history.fails = "HISTORY_BUSY";
    expect(await post("/v1/logs")).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
    expect([...forwarded, ...taken]).toEqual([]);
  });

  it("forwards a copy of what was taken", async () => {
    const { post, history, forwarded } = made();
    await post("/v1/logs");
    expect(forwarded).toEqual([["otlp-logs", new Uint8Array(Buffer.from("{}"))]]);
    expect(forwarded[0]?.[1].buffer).not.toBe(history.bodies[0]?.bytes.buffer);
  });

  it("leaves other paths alone", () => {
    const { route } = made();
    expect(
      route("/v1/traces/", { method: "POST", target: "/v1/traces/", headers: {}, body: undefined }),
    ).toBeUndefined();
  });
});
