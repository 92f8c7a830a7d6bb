import { bytesField, message, timeField, varintField, writeTime } from "./protobuf-writer.ts";

/** Services that take part; each trace goes through four of them, two spans in each. */
export const SERVICES = Array.from({ length: 20 }, (_, index) => `service-${String(index).padStart(2, "0")}`);
export const OPERATIONS = ["listQuotes", "getQuote", "payTuition", "refund", "getStudent"];
export const SERVICES_OF_TRACE = 4;
export const SPANS_IN_SERVICE = 2;
export const SPANS_OF_TRACE = SERVICES_OF_TRACE * SPANS_IN_SERVICE;
/** Among which customers are spread; each is an attribute's value. */
export const CUSTOMERS = 50_000;
/** One span in so many failed. */
const ERROR_EVERY = 400;

/** The same numbers for the same seed (mulberry32, Tommy Ettinger, public domain). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Template {
  readonly bytes: Buffer;
  readonly customer: number;
  readonly path: number;
}

/** Where a span's ids and times are: its first fields have fixed lengths. */
const TRACE_ID = 2;
const SPAN_ID = 20;
const PARENT_ID = 30;
const START = 39;
const END = 48;

function keyValue(field: number, key: string, value: string | number): Buffer {
  const any = typeof value === "string" ? bytesField(1, value) : varintField(3, value);
  return bytesField(field, message(bytesField(1, key), bytesField(2, any)));
}

function template(service: string, operation: string, isServer: boolean, failed: boolean): Template {
  const status = failed ? 500 : 200;
  const bytes = message(
    bytesField(1, Buffer.alloc(16)),
    bytesField(2, Buffer.alloc(8)),
    bytesField(4, Buffer.alloc(8)),
    timeField(7, 0),
    timeField(8, 0),
    bytesField(5, isServer ? `GET /${operation}/:id` : `next.${operation}`),
    varintField(6, isServer ? 2 : 3),
    keyValue(9, "http.request.method", "GET"),
    keyValue(9, "http.response.status_code", status),
    keyValue(9, "url.path", `/${operation}/PATH0000`),
    keyValue(9, "http.route", `/${operation}/:id`),
    keyValue(9, "server.address", service),
    keyValue(9, "server.port", 4_400),
    keyValue(9, "shoal.operation", operation),
    keyValue(9, "customer", "CUST00000"),
    ...(failed ? [keyValue(9, "error.type", "500"), bytesField(15, varintField(3, 2))] : []),
  );
  return { bytes, customer: bytes.indexOf("CUST00000"), path: bytes.indexOf("PATH0000") };
}

/** Makes bodies of OTLP/protobuf: `traces` traces give one body for each of the services that they go through. */
export function createTelemetryLoad(seed: number): (traces: number, nowMs: number) => Buffer[] {
  const random = seeded(seed);
  const templates = SERVICES.map((service) =>
    OPERATIONS.map((operation) =>
      [true, false].map((isServer) => [false, true].map((failed) => template(service, operation, isServer, failed))),
    ),
  );
  let spans = 0;

  const idOf = (bytes: Buffer, offset: number, length: number) => {
    for (let index = offset; index < offset + length; index += 4) {
      bytes.writeUInt32BE(Math.floor(random() * 2 ** 32), index);
    }
  };
  const addTrace = (bodies: Buffer[][], nowMs: number) => {
    const traceId = Buffer.alloc(16);
    idOf(traceId, 0, 16);
    const first = Math.floor(random() * SERVICES.length);
    const operation = Math.floor(random() * OPERATIONS.length);
    const durationMs = Math.exp(random() * 6);
    const customer = String(Math.floor(random() * CUSTOMERS)).padStart(5, "0");
    let parent: Buffer = Buffer.alloc(8);
    for (let hop = 0; hop < SPANS_OF_TRACE; hop += 1) {
      const service = (first + Math.floor(hop / SPANS_IN_SERVICE)) % SERVICES.length;
      spans += 1;
      const failed = spans % ERROR_EVERY === 0 ? 1 : 0;
      const found = templates[service]?.[operation]?.[hop % 2]?.[failed];
      if (found === undefined) throw new Error("no template");
      const bytes = Buffer.from(found.bytes);
      traceId.copy(bytes, TRACE_ID);
      idOf(bytes, SPAN_ID, 8);
      parent.copy(bytes, PARENT_ID);
      parent = bytes.subarray(SPAN_ID, SPAN_ID + 8);
      writeTime(bytes, START, Math.floor(nowMs - durationMs + hop));
      writeTime(bytes, END, Math.ceil(nowMs - hop / 10));
      bytes.write(customer, found.customer + 4);
      bytes.write(customer.slice(0, 4), found.path + 4);
      // The first span of a trace has no parent: an empty field is left out by giving it another, unknown number.
      if (hop === 0) bytes[PARENT_ID - 2] = (200 << 3) & 0x7f;
      bodies[service]?.push(bytesField(2, bytes));
    }
  };

  return (traces, nowMs) => {
    const bodies: Buffer[][] = SERVICES.map(() => []);
    for (let index = 0; index < traces; index += 1) addTrace(bodies, nowMs);
    return bodies.flatMap((of, service) => {
      if (of.length === 0) return [];
      const name = SERVICES[service] ?? "";
      const resource = message(
        keyValue(1, "service.name", name),
        keyValue(1, "service.instance.id", `${name}-1`),
        keyValue(1, "service.version", "1.4.2"),
        keyValue(1, "telemetry.sdk.name", "shoal"),
      );
      const scope = bytesField(2, message(bytesField(1, message(bytesField(1, "shoal"))), ...of));
      return [bytesField(1, message(bytesField(1, resource), scope))];
    });
  };
}

const WORDS = "student tuition invoice paid refused quote rate cache warm cold retry bank transfer page sent".split(
  " ",
);

/** A log line such as services print, some of them JSON with a trace's id. */
export function createLineLoad(seed: number): (nowMs: number) => { service: string; text: string; timeMs: number } {
  const random = seeded(seed);
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  return (nowMs) => {
    const words = Array.from({ length: 8 }, () => pick(WORDS)).join(" ");
    const number = Math.floor(random() * 1_000_000);
    const service = pick(SERVICES);
    const kind = random();
    const trace = Buffer.from(Array.from({ length: 16 }, () => Math.floor(random() * 256))).toString("hex");
    const level = random() < 0.02 ? 50 : 30;
    const text =
      kind < 0.5
        ? `{"level":${level},"time":${nowMs},"msg":"${words} ${number}","trace_id":"${trace}","customer":${number % 997}}`
        : `${level === 50 ? "ERROR" : "INFO"} ${words} order=${number}`;
    return { service, text, timeMs: nowMs };
  };
}
