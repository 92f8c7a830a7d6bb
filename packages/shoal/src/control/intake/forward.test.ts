import { describe, expect, it } from "vitest";
import { seededRandom } from "../../testing/seeded-random.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { createForwarder, FORWARDED_HEADER, type ForwardOptions, type ForwardReply } from "./forward.ts";
import { forwardEndpointFrom } from "./forward-endpoint.ts";
import type { ForwardRequest } from "./forward-queue.ts";

const PROTOBUF = { "content-type": "application/x-protobuf", "content-encoding": "gzip", authorization: "Bearer own" };
const body = (text: string) => Buffer.from(text);

/** An endpoint that answers as told: a status, or no answer at all. */
function setUp(answer: (sent: number) => number | "nothing" | "never", options?: Partial<ForwardOptions>) {
  const clock = createVirtualClock();
  const sent: ForwardRequest[] = [];
  const send = async (request: ForwardRequest): Promise<ForwardReply> => {
    sent.push(request);
    const status = answer(sent.length);
    if (status === "nothing") throw new Error("connect ECONNREFUSED");
    if (status === "never") return new Promise(() => {});
    return { status, retryAfterS: 0 };
  };
  const endpoint = { url: "http://collector:4318/base", headers: { "x-key": "k" } };
  const parts = { ports: { clock, random: seededRandom(1) }, endpoint, send, instance: "here" };
  const forwarder = createForwarder(parts, options);
  const texts = () => sent.map(({ bytes }) => Buffer.from(bytes).toString());
  return { clock, sent, forwarder, texts };
}

describe("a forwarder", () => {
  it("sends each OTLP body on as it came, with its own headers and none of the sender's credentials", async () => {
    const { clock, sent, forwarder, texts } = setUp(() => 200);
    forwarder.offer("otlp-traces", PROTOBUF, body("t"));
    forwarder.offer("otlp-logs", { "content-type": "application/json" }, body("l"));
    forwarder.offer("otlp-metrics", PROTOBUF, body("m"));
    forwarder.offer("exchanges", PROTOBUF, body("e"));
    forwarder.offer("zipkin-spans", PROTOBUF, body("z"));
    await clock.advance(0);
    expect(texts()).toEqual(["t", "l", "m"]);
    expect(sent.map(({ url }) => url.slice("http://collector:4318/base".length))).toEqual([
      "/v1/traces",
      "/v1/logs",
      "/v1/metrics",
    ]);
    expect(sent[0]?.headers).toEqual({
      "x-key": "k",
      "content-type": "application/x-protobuf",
      "content-encoding": "gzip",
      [FORWARDED_HEADER]: expect.stringMatching(/^here-\w+$/),
    });
    expect(sent[1]?.headers).not.toHaveProperty("content-encoding");
    expect(forwarder.warnings()).toEqual([]);
  });

  it.each([["nothing"], [429], [502], [503], [504]] as const)(
    "sends again, later and later, after %s",
    async (answer) => {
      const { clock, forwarder, texts } = setUp((sent) => (sent < 4 ? answer : 200));
      forwarder.offer("otlp-traces", PROTOBUF, body("a"));
      await clock.advance(400);
      expect(texts()).toEqual(["a"]);
      expect(forwarder.warnings()).toEqual([expect.stringContaining("forwarding to http://collector:4318/base: ")]);
      await clock.advance(600);
      expect(texts()).toHaveLength(2);
      await clock.advance(6_000);
      expect(texts()).toEqual(["a", "a", "a", "a"]);
      expect(forwarder.dropped()).toBe(0);
      expect(forwarder.warnings()).toEqual([]);
      expect(clock.pending()).toBe(0);
    },
  );

  it("gives up what is refused for good, and says so", async () => {
    const { clock, forwarder, texts } = setUp((sent) => (sent === 1 ? 401 : 200));
    forwarder.offer("otlp-traces", PROTOBUF, body("a"));
    await clock.advance(60_000);
    expect(texts()).toEqual(["a"]);
    expect(forwarder.dropped()).toBe(1);
    expect(forwarder.warnings()).toEqual([expect.stringContaining("it answers 401; 1 bodies were not forwarded")]);
    forwarder.offer("otlp-traces", PROTOBUF, body("b"));
    await clock.advance(0);
    expect(forwarder.warnings()).toEqual([expect.stringContaining("it works again; 1 bodies were not forwarded")]);
  });

  it("keeps what fits, drops the oldest past it, and sends the rest in order", async () => {
    const { clock, forwarder, texts } = setUp((sent) => (sent === 1 ? "nothing" : 200), { waitingBytesMax: 4 });
    forwarder.offer("otlp-traces", PROTOBUF, body("aa"));
    await clock.advance(0);
    forwarder.offer("otlp-traces", PROTOBUF, body("bb"));
    expect(forwarder.dropped()).toBe(0);
    forwarder.offer("otlp-traces", PROTOBUF, body("c"));
    expect(forwarder.dropped()).toBe(1);
    await clock.advance(1_000);
    expect(texts()).toEqual(["aa", "bb", "c"]);
  });

  it("has only so many on their way at once", async () => {
    const { clock, forwarder, texts } = setUp(() => "never", { sendingMax: 2 });
    for (const text of ["a", "b", "c"]) forwarder.offer("otlp-traces", PROTOBUF, body(text));
    await clock.advance(60_000);
    expect(texts()).toEqual(["a", "b"]);
  });

  it("stops when its own bodies come back to it, and names the others that they came through", async () => {
    const { clock, sent, forwarder } = setUp(() => 200);
    forwarder.offer("otlp-traces", { ...PROTOBUF, [FORWARDED_HEADER]: "other" }, body("a"));
    await clock.advance(0);
    const passed = sent[0]?.headers[FORWARDED_HEADER] ?? "";
    expect(passed).toMatch(/^other,here-\w+$/);
    forwarder.offer("otlp-traces", { ...PROTOBUF, [FORWARDED_HEADER]: `${passed},another` }, body("a"));
    forwarder.offer("otlp-traces", PROTOBUF, body("b"));
    await clock.advance(0);
    expect(sent).toHaveLength(1);
    expect(forwarder.warnings()).toEqual([expect.stringContaining("leads back")]);
  });

  it("leaves nothing behind when it is closed", async () => {
    const { clock, forwarder, texts } = setUp(() => "nothing");
    forwarder.offer("otlp-traces", PROTOBUF, body("a"));
    await clock.advance(0);
    forwarder.close();
    forwarder.offer("otlp-traces", PROTOBUF, body("b"));
    await clock.advance(60_000);
    expect(texts()).toEqual(["a"]);
    expect(clock.pending()).toBe(0);
  });
});

describe("where it forwards to", () => {
  it("is read from the environment, with headers as OpenTelemetry writes them", () => {
    expect(forwardEndpointFrom({})).toBeUndefined();
    expect(forwardEndpointFrom({ SHOAL_FORWARD_OTLP: "https://otel.example.com/otlp/" })).toEqual({
      url: "https://otel.example.com/otlp",
      headers: {},
    });
    const headers = "Api-Key=a%20b, x-team=shop";
    expect(
      forwardEndpointFrom({ SHOAL_FORWARD_OTLP: "http://c:4318", SHOAL_FORWARD_OTLP_HEADERS: headers })?.headers,
    ).toEqual({ "api-key": "a b", "x-team": "shop" });
  });

  it.each([["collector:4318"], ["ftp://collector"], ["/v1"]])("is no URL of HTTP: %s", (url) => {
    expect(() => forwardEndpointFrom({ SHOAL_FORWARD_OTLP: url })).toThrow(
      expect.objectContaining({ code: "OPTION_INVALID", message: expect.stringContaining("SHOAL_FORWARD_OTLP") }),
    );
  });
});
