import { randomBytes } from "node:crypto";
import { connect } from "node:net";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { until } from "../support/until.ts";
import { startControlPlane } from "./start-control-plane.ts";

const JSON_HEADERS = { "content-type": "application/json" };
const nowNano = `${Date.now()}000000`;
const TIMES = { startTimeUnixNano: nowNano, endTimeUnixNano: nowNano };

function traces(spans: readonly object[], service = "shop"): string {
  const attributes = [{ key: "service.name", value: { stringValue: service } }];
  return JSON.stringify({ resourceSpans: [{ resource: { attributes }, scopeSpans: [{ spans }] }] });
}

function span(given: object = {}) {
  return {
    traceId: randomBytes(16).toString("hex"),
    spanId: randomBytes(8).toString("hex"),
    name: "work",
    kind: 1,
    ...TIMES,
    ...given,
  };
}

/** Posts, and gives the status; the reply is read. */
async function post(
  url: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Readonly<Record<string, string>> = {},
) {
  const reply = await fetch(`${url}/v1/traces`, { method: "POST", headers: { ...JSON_HEADERS, ...headers }, body });
  return { status: reply.status, text: await reply.text() };
}

interface Found {
  readonly spans: readonly { readonly spanId: string }[];
}

const GZIP = { "content-encoding": "gzip" };

it("small bodies that unpack to many spans do not end the history, nor refuse others", async () => {
  await using plane = await startControlPlane();
  const one = JSON.stringify({ traceId: "0102030405060708090a0b0c0d0e0f10", spanId: "0102030405060708", ...TIMES });
  const count = 90_000;
  const spans = Array(count).fill(one).join(",");
  const packed = gzipSync(`{"resourceSpans":[{"scopeSpans":[{"spans":[${spans}]}]}]}`);
  expect(packed.byteLength).toBeLessThan(200_000);
  const bombs = Array.from({ length: 12 }, () => post(plane.url, packed, GZIP));
  const mine = span();
  expect(await post(plane.url, traces([mine]))).toMatchObject({ status: 200 });
  expect((await Promise.all(bombs)).map(({ status }) => status)).toEqual(bombs.map(() => 200));
  const { warnings } = (await plane.get("/api/v1/fleet")) as { readonly warnings: readonly string[] };
  expect(warnings).toEqual([]);
  const found = (await plane.get(`/api/v1/traces/${mine.traceId}`)) as Found;
  expect(found.spans.map(({ spanId }) => spanId)).toEqual([mine.spanId]);
});

it("bodies that are large, many and slow are refused or wait, and the API answers meanwhile", async () => {
  await using plane = await startControlPlane();
  const { hostname, port, host } = new URL(plane.url);
  const slow = Array.from({ length: 200 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => {});
    socket.write(`POST /v1/traces HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`);
    socket.write("content-length: 16000000\r\n\r\n{");
    return socket;
  });
  const large = Buffer.from(`{"resourceSpans":[]${" ".repeat(16 * 1_024 * 1_024 - 100)}}`);
  const posted = Array.from({ length: 20 }, () => post(plane.url, large));
  expect(await plane.get("/api/v1/fleet")).toMatchObject({ warnings: [] });
  const statuses = (await Promise.all(posted)).map(({ status }) => status);
  expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
  expect(statuses).toContain(200);
  for (const socket of slow) socket.destroy();
  await until("there is room again", async () => (await post(plane.url, large)).status === 200);
});

it.each([
  ["a bomb", gzipSync(Buffer.alloc(100 * 1_024 * 1_024)), GZIP, 413],
  ["no gzip", Buffer.from("hello"), GZIP, 400],
  ["lists in lists", Buffer.from("[".repeat(1_000_000)), {}, 400],
  ["half of a protobuf message", Buffer.from([0x0a, 0x7f, 1]), { "content-type": "application/x-protobuf" }, 400],
  ["a form", Buffer.from("a=b"), { "content-type": "application/x-www-form-urlencoded" }, 415],
])("refuses %s", async (_, body, headers, status) => {
  await using plane = await startControlPlane();
  expect((await post(plane.url, body, headers)).status).toBe(status);
  expect(await post(plane.url, traces([span()]))).toMatchObject({ status: 200 });
});

it("tells a trace whose spans are each other's parents, come twice, or in a chain of ten thousand", async () => {
  await using plane = await startControlPlane();
  const [traceId, a, b] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex"), "00000000000000ff"];
  const circle = [
    span({ traceId, spanId: a, parentSpanId: b }),
    span({ traceId, spanId: b, parentSpanId: a }),
    span({ traceId, spanId: b, parentSpanId: b }),
  ];
  expect((await post(plane.url, traces(circle))).status).toBe(200);
  const found = (await plane.get(`/api/v1/traces/${traceId}`)) as Found;
  expect(found.spans.map(({ spanId }) => spanId).toSorted()).toEqual([a, b].toSorted());
  const deep = randomBytes(16).toString("hex");
  let parentSpanId = "";
  const chain = Array.from({ length: 10_000 }, () => {
    const next = span({ traceId: deep, parentSpanId });
    parentSpanId = next.spanId;
    return next;
  });
  expect((await post(plane.url, traces(chain))).status).toBe(200);
  expect(((await plane.get(`/api/v1/traces/${deep}`)) as Found).spans).toHaveLength(10_000);
});
