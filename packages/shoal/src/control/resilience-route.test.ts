import { describe, expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { ResilienceReport } from "../telemetry/resilience.ts";
import { unreadEdge } from "../telemetry/resilience-reports/merge-states.ts";
import { RESILIENCE_BYTES_MAX, resilienceRoute } from "./resilience-route.ts";

const EDGE = { ...unreadEdge("quotes"), counts: { call: 3 } };
const REPORT = {
  service: "web",
  instance: "web-1",
  startMs: 1_800_000_000_000.5,
  edges: [EDGE],
  shed: { "sheddable overload": 2 },
};

function made() {
  const reports: ResilienceReport[] = [];
  const route = resilienceRoute({ log: SILENT_LOG, onReport: (report) => void reports.push(report) });
  const post = async (body: unknown, given: Partial<HttpRequest> = {}): Promise<HttpReply> => {
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const headers = { "content-type": "application/json" };
    const reply = route("/v1/resilience", { method: "POST", target: "/v1/resilience", headers, body: bytes, ...given });
    if (!reply) throw new Error("not for it");
    return reply;
  };
  const refused = async (body: unknown) => {
    const { status, body: problem } = await post(body);
    return { status, message: JSON.parse(Buffer.from(problem as Uint8Array).toString()).detail as string };
  };
  return { reports, route, post, refused };
}

describe("the way in for reports", () => {
  it("takes a report, and leaves out what it does not know", async () => {
    const { post, reports } = made();
    const extra = { ...REPORT, later: 1, edges: [{ ...EDGE, counts: { call: 3, invented_later: 9 } }] };
    expect((await post(extra)).status).toBe(204);
    expect(reports).toEqual([REPORT]);
  });

  it.each([
    ["no JSON", "{", "the report is not JSON"],
    ["a name with control characters", { ...REPORT, service: "web\n" }, "service"],
    ["a count below 0", { ...REPORT, edges: [{ ...EDGE, counts: { call: -1 } }] }, "edges.0.counts.call"],
    ["a share over 1", { ...REPORT, edges: [{ ...EDGE, throttledShare: 1.1 }] }, "edges.0.throttledShare"],
    ["an unknown way to shed", { ...REPORT, shed: { "vip overload": 1 } }, "shed"],
    ["too many edges", { ...REPORT, edges: Array(502).fill(EDGE) }, "edges"],
    [
      "too many settings",
      { ...REPORT, edges: [{ ...EDGE, policy: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [at, 1])) }] },
      "policy",
    ],
  ])("refuses %s and says what is wrong", async (_, body, words) => {
    const { refused, reports } = made();
    const { status, message } = await refused(body);
    expect(status).toBe(400);
    expect(message).toContain(words);
    expect(reports).toEqual([]);
  });

  it("refuses other methods, types and sizes", async () => {
    const { post } = made();
    expect(await post("{}", { method: "PUT" })).toMatchObject({ status: 405, headers: { allow: "POST" } });
    expect((await post("{}", { headers: { "content-type": "text/plain" } })).status).toBe(415);
    const gzip = { "content-type": "application/json", "content-encoding": "gzip" };
    expect((await post("{}", { headers: gzip })).status).toBe(415);
    expect((await post(" ".repeat(RESILIENCE_BYTES_MAX + 1))).status).toBe(413);
  });

  it("leaves other paths alone", () => {
    const request = { method: "POST", target: "/v1/traces", headers: {}, body: undefined };
    expect(made().route("/v1/traces", request)).toBeUndefined();
  });
});
