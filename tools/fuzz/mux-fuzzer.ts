import { setImmediate as turn } from "node:timers/promises";
import type { Random } from "../../packages/shoal/src/core/clock.ts";
import { type HttpReply, isReplayable, readBody } from "../../packages/shoal/src/core/message.ts";
import { callInMemory, createMuxPair, serveInMemory } from "../../packages/shoal/src/testing/mux-pair.ts";
import { seededRandom } from "../../packages/shoal/src/testing/seeded-random.ts";
import { createVirtualClock } from "../../packages/shoal/src/testing/virtual-clock.ts";
import { FrameReader } from "../../packages/shoal/src/transport/mux/frame-reader.ts";
import { HeadReader } from "../../packages/shoal/src/transport/mux/head-reader.ts";
import { type MuxOptions, resolveMuxOptions } from "../../packages/shoal/src/transport/mux/options.ts";
import { KIND, MuxError } from "../../packages/shoal/src/transport/mux/protocol.ts";
import type { Handler } from "../../packages/shoal/src/transport/port.ts";

/** Small limits, so that random sessions come to them. */
const OPTIONS: Partial<MuxOptions> = {
  frameBytesMax: 4_096,
  headBytesMax: 1_024,
  inlineBytesMax: 512,
  callsMax: 8,
  callWindowBytes: 4_096,
  connectionWindowBytes: 8_192,
  pingsMax: 10,
  cancelsMax: 20,
  memoryBytesMax: 10_000,
};
/** What one side may write for what it was sent: replies, credits and pongs are no larger than this for each byte. */
const WRITTEN_BYTES_PER_BYTE = 400;

/** What was tried, and what came of it. */
export interface FuzzReport {
  readonly inputs: number;
  /** Sessions that were ended with a reason. */
  readonly refused: number;
  /** Handlers begun. */
  readonly begun: number;
  /** The most CPU that one input took, in ms: others on the machine do not count. */
  readonly slowestMs: number;
}

export interface FuzzOptions {
  readonly seed: number;
  /** Told after each input; false ends it. */
  readonly goOn: (inputs: number) => boolean;
}

/**
 * Feeds decoder, server and client with random bytes and with recorded sessions that were changed a little. Throws when one
 * of them throws, keeps a call for ever, begins more than it may, or writes much more than it was sent.
 */
export async function fuzzMux({ seed, goOn }: FuzzOptions): Promise<FuzzReport> {
  const random = seededRandom(seed);
  const recorded = await record();
  const report = { inputs: 0, refused: 0, begun: 0, slowestMs: 0 };
  while (goOn(report.inputs)) {
    const isToServer = random() < 0.6;
    const session = isToServer ? recorded.fromClient : recorded.fromServer;
    const bytes = random() < 0.1 ? randomBytes(random) : mutated(session, random);
    const start = process.cpuUsage();
    try {
      decode(bytes, random);
      const { refused, begun } = isToServer ? await toServer(bytes, random) : await toClient(bytes, random);
      report.refused += refused;
      report.begun += begun;
    } catch (cause) {
      throw new Error(`seed ${seed}, input ${report.inputs}: ${bytes.toString("hex")}`, { cause });
    }
    const { user, system } = process.cpuUsage(start);
    report.slowestMs = Math.max(report.slowestMs, (user + system) / 1_000);
    report.inputs += 1;
  }
  return report;
}

const echo: Handler = async ({ target, body }) => {
  const bytes = await readBody(body, 20_000).catch(() => new Uint8Array(0));
  if (target === "/stream") return { status: 200, headers: {}, body: inParts(bytes) };
  return { status: 200, headers: { "content-type": "application/json", "set-cookie": ["a=1", "b=2"] }, body: bytes };
};

async function* inParts(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 700) yield bytes.subarray(at, at + 700);
}

/** A session with everything in it, as each side sent it. */
async function record(): Promise<{ readonly fromClient: Buffer; readonly fromServer: Buffer }> {
  const clock = createVirtualClock();
  const { client, server } = createMuxPair({ clock, handler: echo, clientOptions: OPTIONS, serverOptions: OPTIONS });
  const sent: { client: Buffer[]; server: Buffer[] } = { client: [], server: [] };
  client.wire.receiver = tap(server.session, sent.client);
  server.wire.receiver = tap(client.session, sent.server);
  await clock.advance(0);
  for (const [target, size] of [
    ["/", 0],
    ["/", 100],
    ["/large", 9_000],
    ["/stream", 3_000],
  ] as const) {
    const outcome = await client.send({
      method: "POST",
      target,
      headers: { "x-own": "1" },
      body: new Uint8Array(size),
    });
    await drop(outcome.reply);
  }
  server.session.drain();
  await clock.advance(0);
  return { fromClient: Buffer.concat(sent.client), fromServer: Buffer.concat(sent.server) };
}

function tap(session: { receive: (bytes: Buffer) => void; lost: (cause: Error) => void }, into: Buffer[]) {
  return {
    receive(bytes: Buffer) {
      into.push(Buffer.from(bytes));
      session.receive(bytes);
    },
    lost: (cause: Error) => session.lost(cause),
  };
}

function randomBytes(random: Random): Buffer {
  return Buffer.from(Array.from({ length: Math.floor(random() * 500) }, () => Math.floor(random() * 256)));
}

function mutated(session: Buffer, random: Random): Buffer {
  let bytes = Buffer.from(session);
  const below = (limit: number) => Math.floor(random() * limit);
  for (let count = below(3); count >= 0; count -= 1) {
    // the frames' headers are where it hurts, and most of them are near the beginning
    const at = random() < 0.3 ? below(Math.min(400, bytes.length)) : below(bytes.length);
    const length = 1 + below(random() < 0.8 ? 8 : 2_000);
    const [before, part, after] = [bytes.subarray(0, at), bytes.subarray(at, at + length), bytes.subarray(at + length)];
    const kind = below(5);
    if (kind === 0) bytes[at] = below(256);
    if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << below(8));
    if (kind === 2) bytes = Buffer.concat([before, after]);
    if (kind === 3) bytes = Buffer.concat([before, part, part, after]);
    if (kind === 4) bytes = Buffer.concat([before, randomBytes(random).subarray(0, length), bytes.subarray(at)]);
  }
  return bytes;
}

/** Any cut is possible. */
function chunksOf(bytes: Buffer, random: Random): Buffer[] {
  const chunks: Buffer[] = [];
  const most = random() < 0.1 ? 9 : 5_000;
  for (let at = 0; at < bytes.length; ) {
    const end = at + 1 + Math.floor(random() * most);
    chunks.push(Buffer.from(bytes.subarray(at, end)));
    at = end;
  }
  return chunks;
}

function decode(bytes: Buffer, random: Random): void {
  const head = new HeadReader(1_024);
  const reader = new FrameReader(4_096, (frame) => {
    if (frame.kind !== KIND.request) return;
    try {
      head.readRequest(frame.bytes, frame.start, frame.end);
    } catch (cause) {
      if (!(cause instanceof MuxError)) throw cause;
    }
  });
  try {
    for (const chunk of chunksOf(bytes, random)) reader.push(chunk);
  } catch (cause) {
    if (!(cause instanceof MuxError)) throw cause;
  }
}

async function toServer(bytes: Buffer, random: Random) {
  const clock = createVirtualClock();
  const aborts = new Set<() => void>();
  let begun = 0;
  const handler: Handler = async (request, context) => {
    begun += 1;
    if (random() < 0.8) return echo(request, context);
    return new Promise<HttpReply>((resolve) =>
      aborts.add(() => resolve({ status: 200, headers: {}, body: undefined })),
    );
  };
  const { session, wire, log } = serveInMemory({ clock, options: OPTIONS, handler });
  for (const chunk of chunksOf(bytes, random)) {
    session.receive(chunk);
    if (session.callsUnderWay > resolveMuxOptions(OPTIONS).callsMax)
      throw new Error(`${session.callsUnderWay} calls at once`);
    if (random() < 0.03) await turn();
  }
  await turn();
  session.lost(new Error("the end of the input"));
  for (const settle of aborts) settle();
  for (let turns = 0; turns < 10 && session.callsUnderWay > 0; turns += 1) await turn();
  if (session.callsUnderWay > 0) throw new Error(`${session.callsUnderWay} calls never ended`);
  checkWritten(wire.writtenBytes(), bytes);
  return { refused: log.at("warn").length, begun };
}

async function toClient(bytes: Buffer, random: Random) {
  const clock = createVirtualClock();
  const { session, wire, send, log } = callInMemory({ clock, options: OPTIONS });
  const settled: Promise<unknown>[] = [];
  for (const chunk of chunksOf(bytes, random)) {
    session.receive(chunk);
    if (session.callsUnderWay < session.callsMax && settled.length < 20) {
      const body = random() < 0.5 ? undefined : new Uint8Array(Math.floor(random() * 2_000));
      settled.push(send({ method: "POST", body }).then(({ reply }) => drop(reply)));
    }
    if (random() < 0.03) await turn();
  }
  session.lost(new Error("the end of the input"));
  await Promise.all(settled);
  if (session.callsUnderWay > 0) throw new Error(`${session.callsUnderWay} calls never ended`);
  checkWritten(wire.writtenBytes(), bytes);
  return { refused: log.at("warn").length, begun: 0 };
}

function checkWritten(writtenBytes: number, { length }: Buffer): void {
  if (writtenBytes > 100_000 + length * WRITTEN_BYTES_PER_BYTE) {
    throw new Error(`${writtenBytes} bytes were written for ${length}`);
  }
}

async function drop(reply: HttpReply | undefined): Promise<void> {
  if (!isReplayable(reply?.body)) await readBody(reply?.body, 1e9).catch(() => {});
}
