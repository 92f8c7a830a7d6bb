import { connect, type Socket } from "node:net";
import {
  CALL_WINDOW,
  CALLS,
  DEFAULTS,
  END,
  FRAME_BYTES,
  frameOf,
  HEAD_BYTES,
  helloOf,
  IGNORABLE,
  INLINE_BYTES,
  KIND,
  of,
  type Settings,
  u32,
  WINDOW,
} from "./second-client-frames.ts";
import { type Headers, headOf, replyOf } from "./second-client-head.ts";

// A client of shoal-mux/1 written from docs/wire.md alone: it shares no code with the transport, so that what the document
// leaves out or gets wrong shows here.

const AHEAD_BYTES_MAX = 100_000;

/** How a call was lost: it was not begun at all, was refused, or nobody knows. */
export type Fate = "unsent" | "nacked" | "ambiguous";

/** A call without a whole reply. */
export class CallLost extends Error {
  readonly fate: Fate;
  constructor(fate: Fate, why: string) {
    super(`${fate}: ${why}`);
    this.fate = fate;
  }
}

export interface GoAway {
  readonly lastCall: number;
  readonly code: number;
  readonly text: string;
}

/** A reply whose head has come; its body gives credit as it is read. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  readonly setCookies: readonly string[];
  readonly body: AsyncIterable<Buffer>;
}

export interface MadeCall {
  readonly id: number;
  /** Rejects with CallLost. */
  readonly reply: Promise<Reply>;
  readonly cancel: () => void;
}

/** One call: what is left to send of its body, and what came of its reply and was not read. */
interface Call {
  readonly id: number;
  readonly answer: PromiseWithResolvers<Reply>;
  sendWindow: number;
  /** What is left of the body; undefined once END was sent or nothing more may be. */
  left: Buffer | undefined;
  held: Buffer[];
  readBytes: number;
  /** "ended" when the END of the reply has come, or why it never will. */
  outcome: "ended" | CallLost | undefined;
  wake: () => void;
}

/** Opens a connection and asks for the upgrade. Rejects when the answer is not 101. `hello` is for what none may say. */
export async function connectSecond(address: string, settings: Settings = {}, hello = helloOf(settings)) {
  const { hostname, port, host } = new URL(address);
  const socket = connect(Number(port), hostname);
  const head = "connection: upgrade\r\nupgrade: shoal-mux/1\r\n\r\n";
  socket.write(`GET /.well-known/shoal HTTP/1.1\r\nhost: ${host}\r\n${head}`);
  const behind = await answerTo(socket);
  const client = new SecondClient(socket, settings, hello);
  client.receive(behind);
  await client.ready.promise;
  return client;
}

/** Waits for the 101; gives what came behind its head. */
function answerTo(socket: Socket): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  let got = Buffer.alloc(0);
  socket.on("error", reject).on("close", () => reject(new Error("closed before it was upgraded")));
  socket.on("data", function take(bytes: Buffer) {
    got = Buffer.concat([got, bytes]);
    const end = got.indexOf("\r\n\r\n");
    if (end < 0) return;
    const head = got.toString("latin1", 0, end);
    socket.off("data", take);
    if (/^HTTP\/1\.1 101 /.test(head) && /^upgrade: *shoal-mux\/1 *$/im.test(head)) resolve(got.subarray(end + 4));
    else reject(new Error(`no upgrade: ${head}`));
  });
  return promise;
}

export class SecondClient {
  readonly socket: Socket;
  /** Settled by the HELLO of the server. */
  readonly ready = Promise.withResolvers<void>();
  /** Settled by the first GO_AWAY of the server. */
  readonly goAway = Promise.withResolvers<GoAway>();
  /** Settled when the connection has ended. */
  readonly closed = Promise.withResolvers<void>();
  /** What the server takes in. */
  theirs: Settings = DEFAULTS;
  /** Frames that came, by kind. */
  readonly seen: number[] = new Array(64).fill(0);
  readonly #ours: Settings;
  readonly #calls = new Map<number, Call>();
  #sending: Call[] = [];
  #pending: Buffer = Buffer.alloc(0);
  #lastId = 0;
  #gone = false;
  #ponged = (_bytes: Buffer) => {};
  #sendWindow = 0;
  /** What the server may still send, and what of it was read and not given back. */
  #receiveWindow: number;
  #owed = 0;

  constructor(socket: Socket, settings: Settings, hello: Buffer) {
    this.socket = socket;
    this.#ours = { ...DEFAULTS, ...settings };
    this.#receiveWindow = of(this.#ours, WINDOW);
    this.send(KIND.HELLO, 0, hello);
    socket.on("data", (bytes: Buffer) => this.receive(bytes));
    socket.on("drain", () => this.#pump());
    socket.on("close", () => {
      for (const call of this.#calls.values()) this.#lose(call, "ambiguous", "the connection ended");
      this.ready.reject(new Error("closed before the HELLO"));
      this.closed.resolve();
    });
    this.ready.promise.catch(() => {});
  }

  send(kind: number, id: number, payload: Buffer) {
    this.socket.write(frameOf(kind, id, payload));
  }

  ping(bytes: Buffer): Promise<Buffer> {
    this.send(KIND.PING, 0, bytes);
    return new Promise((resolve) => {
      this.#ponged = resolve;
    });
  }

  /** Throws CallLost when the connection takes no more calls. */
  call(method: string, target: string, headers: Headers = {}, body: Buffer = Buffer.alloc(0)): MadeCall {
    if (this.#gone || this.#lastId === 2_147_483_647)
      throw new CallLost("unsent", "the connection takes no more calls");
    if (this.#calls.size >= of(this.theirs, CALLS)) throw new CallLost("unsent", "too many calls are under way");
    const call = newCall(++this.#lastId, of(this.theirs, CALL_WINDOW));
    this.#calls.set(call.id, call);
    const whole = headOf(method, target, headers);
    const fits =
      body.length <= of(this.theirs, INLINE_BYTES) && whole.length + body.length <= of(this.theirs, FRAME_BYTES);
    const head = fits ? whole : headOf(method, target, { ...headers, "content-length": String(body.length) });
    if (head.length > of(this.theirs, HEAD_BYTES)) throw new CallLost("unsent", "the head is too large");
    this.send(KIND.REQUEST + (fits ? END : 0), call.id, fits ? Buffer.concat([head, body]) : head);
    if (!fits) {
      call.left = body;
      this.#sending.push(call);
      this.#pump();
    }
    return { id: call.id, reply: call.answer.promise, cancel: () => this.#cancel(call) };
  }

  /** Makes no more calls, and closes when those under way are over. */
  async close(): Promise<void> {
    this.#gone = true;
    this.#closeIfIdle();
    await this.closed.promise;
  }

  receive(bytes: Buffer) {
    this.#pending = Buffer.concat([this.#pending, bytes]);
    while (this.#pending.length >= 8 && this.#pending.length >= 8 + this.#pending.readUIntBE(0, 3)) {
      const end = 8 + this.#pending.readUIntBE(0, 3);
      const frame = this.#pending.subarray(0, end);
      this.#pending = this.#pending.subarray(end);
      this.#take(frame.readUInt8(3), frame.readUInt32BE(4), frame.subarray(8));
    }
  }

  #take(flagged: number, id: number, payload: Buffer) {
    const kind = flagged & 63;
    const call = this.#calls.get(id);
    this.seen[kind] = (this.seen[kind] ?? 0) + 1;
    if (kind === KIND.HELLO) this.#greeted(payload);
    else if (kind === KIND.PING) this.send(KIND.PONG, 0, payload);
    else if (kind === KIND.GO_AWAY) this.#leave(payload);
    else if (kind === KIND.CREDIT) this.#credited(id, payload.readUInt32BE(0));
    else if (kind === KIND.DATA) this.#arrived(call, payload);
    else if (kind === KIND.CANCEL) this.#refused(call, payload.readUInt8(0));
    else if (kind === KIND.REPLY) this.#replied(call, payload);
    else if (kind === KIND.PONG) this.#ponged(payload);
    else if (flagged < IGNORABLE) this.#fault(1, `an unknown frame, kind ${kind}`);
    if (flagged & END && (kind === KIND.REPLY || kind === KIND.DATA) && call) this.#ended(call);
  }

  #greeted(payload: Buffer) {
    const settings: Record<number, number> = {};
    for (let at = 1; at < payload.length; at += 5) settings[payload.readUInt8(at)] = payload.readUInt32BE(at + 1);
    const unknown = Object.keys(settings).find((number) => !(number in DEFAULTS) && Number(number) < 128);
    if (payload.readUInt8(0) !== 1 || unknown) return this.#fault(6, `another version, or the setting ${unknown}`);
    this.theirs = { ...DEFAULTS, ...settings };
    this.#sendWindow = of(this.theirs, WINDOW);
    this.ready.resolve();
  }

  #replied(call: Call | undefined, payload: Buffer) {
    if (!call) return;
    const { rest, ...head } = replyOf(payload);
    call.answer.resolve({ ...head, body: this.#bodyOf(call, rest) });
  }

  #arrived(call: Call | undefined, payload: Buffer) {
    this.#receiveWindow -= payload.length;
    if (!call) return this.#giveBack(payload.length);
    if (payload.length > 0) call.held.push(payload);
    call.wake();
  }

  /** @param inline What came with the REPLY: it counts for no window. */
  async *#bodyOf(call: Call, inline: Buffer): AsyncGenerator<Buffer> {
    try {
      if (inline.length > 0) yield inline;
      while (true) {
        const chunk = call.held.shift();
        if (chunk) {
          this.#read(call, chunk.length);
          yield chunk;
        } else if (call.outcome === "ended") return;
        else if (call.outcome) throw call.outcome;
        else await new Promise<void>((resolve) => Object.assign(call, { wake: resolve }));
      }
    } finally {
      if (!call.outcome) this.#cancel(call);
      for (const chunk of call.held.splice(0)) this.#giveBack(chunk.length);
    }
  }

  #read(call: Call, bytes: number) {
    this.#giveBack(bytes);
    call.readBytes += bytes;
    if (call.outcome || call.readBytes < of(this.#ours, CALL_WINDOW) / 2) return;
    this.send(KIND.CREDIT, call.id, u32(call.readBytes));
    call.readBytes = 0;
  }

  #giveBack(bytes: number) {
    this.#owed += bytes;
    if (this.#owed === 0 || this.#receiveWindow > of(this.#ours, WINDOW) / 2) return;
    this.send(KIND.CREDIT, 0, u32(this.#owed));
    this.#receiveWindow += this.#owed;
    this.#owed = 0;
  }

  #credited(id: number, bytes: number) {
    const call = this.#calls.get(id);
    if (id === 0) this.#sendWindow += bytes;
    else if (call) call.sendWindow += bytes;
    this.#pump();
  }

  /** Sends the bodies in turn, a frame each, not far ahead of the network. */
  #pump() {
    while (this.#sendWindow > 0 && this.socket.writableLength < AHEAD_BYTES_MAX) {
      const call = this.#sending.find(({ sendWindow }) => sendWindow > 0);
      if (!call?.left) return;
      const size = Math.min(call.left.length, call.sendWindow, this.#sendWindow, of(this.theirs, FRAME_BYTES));
      const isLast = size === call.left.length;
      this.send(KIND.DATA + (isLast ? END : 0), call.id, call.left.subarray(0, size));
      this.#sendWindow -= size;
      call.sendWindow -= size;
      call.left = isLast ? undefined : call.left.subarray(size);
      this.#sending = this.#sending.filter((each) => each !== call);
      if (!isLast) this.#sending.push(call);
    }
  }

  #ended(call: Call) {
    if (call.left) this.send(KIND.CANCEL, call.id, Buffer.of(0));
    this.#over(call, "ended");
  }

  #refused(call: Call | undefined, code: number) {
    if (call) this.#lose(call, code === 1 ? "nacked" : "ambiguous", `CANCEL, code ${code}`);
  }

  #cancel(call: Call) {
    if (call.outcome) return;
    this.send(KIND.CANCEL, call.id, Buffer.of(0));
    this.#lose(call, "ambiguous", "given up");
  }

  #lose(call: Call, fate: Fate, why: string) {
    const lost = new CallLost(fate, why);
    call.answer.reject(lost);
    for (const chunk of call.held.splice(0)) this.#giveBack(chunk.length);
    this.#over(call, lost);
  }

  #over(call: Call, outcome: "ended" | CallLost) {
    call.outcome = outcome;
    call.left = undefined;
    this.#calls.delete(call.id);
    this.#sending = this.#sending.filter((each) => each !== call);
    call.wake();
    this.#closeIfIdle();
  }

  #leave(payload: Buffer) {
    const [lastCall, code] = [payload.readUInt32BE(0), payload.readUInt8(4)];
    this.#gone = true;
    for (const call of this.#calls.values()) {
      if (call.id > lastCall) this.#lose(call, "unsent", "the server goes away");
    }
    this.goAway.resolve({ lastCall, code, text: payload.toString("utf8", 5) });
    this.#closeIfIdle();
  }

  #closeIfIdle() {
    if (!this.#gone || this.#calls.size > 0 || this.socket.writableEnded) return;
    this.socket.end(frameOf(KIND.GO_AWAY, 0, Buffer.concat([u32(0), Buffer.of(0)])));
  }

  #fault(code: number, text: string) {
    this.socket.end(frameOf(KIND.GO_AWAY, 0, Buffer.concat([u32(0), Buffer.of(code), Buffer.from(text)])));
  }
}

function newCall(id: number, sendWindow: number): Call {
  const answer = Promise.withResolvers<Reply>();
  answer.promise.catch(() => {});
  const none = { left: undefined, held: [], readBytes: 0, outcome: undefined };
  return { ...none, id, sendWindow, answer, wake: () => {} };
}
