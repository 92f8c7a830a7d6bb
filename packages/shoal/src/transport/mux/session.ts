import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/errors.ts";
import type { Log } from "../../core/log.ts";
import { Allowance } from "./allowance.ts";
import { type Frame, FrameReader, u32 } from "./frame-reader.ts";
import { FrameWriter } from "./frame-writer.ts";
import { HeadReader } from "./head-reader.ts";
import { HeadWriter } from "./head-writer.ts";
import { type Hello, readHello, writeHello } from "./hello.ts";
import type { BodyReceiver } from "./incoming-body.ts";
import { Liveness } from "./liveness.ts";
import type { MuxOptions } from "./options.ts";
import { BodyPump } from "./outgoing-body.ts";
import { GO_AWAY, type GoAwayCode, KIND, MuxError, PING_BYTES } from "./protocol.ts";
import type { Wire } from "./wire.ts";

export interface SessionParts {
  readonly wire: Wire;
  readonly clock: Clock;
  readonly log: Log;
  readonly options: MuxOptions;
  /** Who is on the other side, for the log. */
  readonly peer: string;
  /** Called once: the session is over, and all of its calls have been told. */
  readonly onEnded: () => void;
}

/**
 * A batch is sent before its tick is over when it holds a third of the calls under way: so the other side begins with it
 * while this one goes on. Were all sent together, each side would stand still while the other works, at half the rate of
 * two cores; were each sent alone, writes would cost as much as calls. `npm run bench -- wire` guards both numbers.
 */
const BATCHES = 3;
/** The same for a batch that has grown to this. */
const FLUSH_BYTES = 1_048_576;
/** How long the other side may take to read why the connection ends, in ms. */
const LINGER_MS = 1_000;
const PING = Buffer.alloc(PING_BYTES);

/**
 * One side of a mux connection: what client and server have in common. It does no I/O and holds no promise: bytes come in by
 * `receive`, and go out through a `Wire`, frames in batches.
 */
export abstract class MuxSession implements BodyReceiver {
  protected readonly parts: SessionParts;
  protected readonly writer = new FrameWriter();
  protected readonly headWriter = new HeadWriter();
  protected readonly headReader: HeadReader;
  /** What the other side takes in; undefined until it has said so. */
  protected peer: Hello | undefined;
  protected pump: BodyPump | undefined;
  /** Frames written and not sent yet. */
  protected gathered = 0;
  readonly #reader: FrameReader;
  readonly #pings: Allowance;
  readonly #liveness: Liveness;
  #isOver = false;
  #isFlushDue = false;
  #isPaused = false;
  /** What of bodies may still come in. */
  #openBytes: number;
  #releasedBytes = 0;

  constructor(parts: SessionParts) {
    const { clock, options } = parts;
    this.parts = parts;
    this.headReader = new HeadReader(options.headBytesMax);
    this.#reader = new FrameReader(options.frameBytesMax, (frame) => this.#onFrame(frame));
    this.#pings = new Allowance(options.pingsMax, options.pingsMax, clock.now());
    this.#openBytes = options.connectionWindowBytes;
    this.#liveness = new Liveness({
      clock,
      options,
      isBusy: () => this.isBusy(),
      isPaused: () => this.#isPaused,
      ping: () => this.ping(),
      onIdle: () => this.onIdle(),
      onDead: () => this.fail(GO_AWAY.noPong, `no answer to a ping within ${options.pongMs} ms`),
    });
    this.writer.control(KIND.hello, writeHello(options));
    this.written();
  }

  /** Nothing can be sent or received any more. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Bytes arrived; nobody may change them any more. */
  receive(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#liveness.heard();
    try {
      this.#reader.push(chunk);
    } catch (cause) {
      const isTheirs = cause instanceof MuxError;
      this.fail(isTheirs ? cause.code : GO_AWAY.protocol, isTheirs ? cause.message : `failed: ${messageOf(cause)}`);
    }
  }

  /** The wire has taken all that was written. */
  drained(): void {
    if (this.#isOver) return;
    if (this.#isPaused) {
      this.#isPaused = false;
      this.parts.wire.resume();
    }
    this.pump?.run();
  }

  /** The other side says nothing more. */
  ended(): void {
    this.part(new Error("the other side closed it"));
  }

  /** The connection is gone. */
  lost(cause: Error): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#liveness.stop();
    this.#reader.stop();
    this.onLost(cause);
    this.parts.onEnded();
  }

  /** Ends the connection and says why, on both sides. */
  fail(code: GoAwayCode, text: string): void {
    if (this.#isOver) return;
    this.parts.log.warn(`the mux connection to ${this.parts.peer} is ended: ${text}`, { code });
    this.writer.goAway(this.lastCall(), code, text);
    this.close(new Error(text));
  }

  /** Closes, and sends nothing more. */
  protected part(cause: Error): void {
    if (this.#isOver) return;
    const { wire, clock } = this.parts;
    wire.end();
    clock.after(LINGER_MS, wire.destroy);
    this.lost(cause);
  }

  /** Sends what is gathered, and closes. */
  protected close(cause: Error): void {
    this.flush();
    this.part(cause);
  }

  /** The same with answers that somebody waits for: they have time as long as something of them leaves. */
  protected closeWhenSent(cause: Error): void {
    const { wire } = this.parts;
    this.flush();
    wire.end();
    if (this.#isPaused) wire.resume(); // what is not read when it is destroyed has the system throw away the answers too
    this.#destroyWhenSent(wire.bufferedBytes(), 0);
    this.lost(cause);
  }

  /** An event loop over there may stand still, for as long as it may be late with a pong. */
  #destroyWhenSent(leftBytes: number, stuckMs: number): void {
    const { wire, clock, options } = this.parts;
    clock.after(LINGER_MS, () => {
      const bytes = wire.bufferedBytes();
      const nowStuckMs = bytes < leftBytes ? 0 : stuckMs + LINGER_MS;
      if (bytes === 0 || nowStuckMs >= options.pongMs) wire.destroy();
      else this.#destroyWhenSent(bytes, nowStuckMs);
    });
  }

  /** Sends what is gathered by the end of this tick, or now when it is enough. */
  protected written(): void {
    this.gathered += 1;
    const isBatch = this.gathered >= this.batchMin && this.gathered * BATCHES >= this.callsUnderWay;
    if (isBatch || this.writer.bytes >= FLUSH_BYTES) this.flush();
    if (this.#isFlushDue || this.writer.bytes === 0) return;
    this.#isFlushDue = true;
    process.nextTick(flushDue, this);
  }

  flush(): void {
    this.#isFlushDue = false;
    this.gathered = 0;
    if (this.#isOver) return;
    const { wire, options } = this.parts;
    this.writer.flush(wire);
    this.onFlushed();
    if (this.#isPaused || !this.pausesReading || wire.bufferedBytes() < options.bufferBytesMax) return;
    this.#isPaused = true; // whoever does not read the answers gets no further question in
    wire.pause();
  }

  creditCall(call: number, bytes: number): void {
    if (this.#isOver) return;
    this.writer.credit(call, bytes);
    this.written();
  }

  release(bytes: number): void {
    this.#releasedBytes += bytes;
    // Once half of the window was read; earlier when others, whose readers stand still, hold a part of it.
    if (this.#isOver || this.#releasedBytes < this.#openBytes) return;
    this.#openBytes += this.#releasedBytes;
    this.creditCall(0, this.#releasedBytes);
    this.#releasedBytes = 0;
  }

  /** Calls begun whose answer has not come, or is not sent. */
  abstract readonly callsUnderWay: number;
  abstract onBodyUnwanted(call: number, reason: Error): void;

  /** Whether no more is read while the other side does not take what it is sent. Both sides at once would wait for ever. */
  protected abstract readonly pausesReading: boolean;
  /** Frames that are worth a write before the tick is over. */
  protected abstract readonly batchMin: number;
  /** Whether calls are under way. */
  protected abstract isBusy(): boolean;
  /** The last call that was begun, for a GO_AWAY. */
  protected abstract lastCall(): number;
  /** So many bytes more of a call's body may be sent. Throws MuxError. */
  protected abstract onCredit(call: number, bytes: number): void;
  protected abstract onLost(cause: Error): void;
  protected abstract onIdle(): void;
  protected abstract onRequest(frame: Frame): void;
  protected abstract onReply(frame: Frame): void;
  protected abstract onData(frame: Frame): void;
  protected abstract onCancel(frame: Frame): void;
  protected abstract onGoAway(lastCall: number, code: number, text: string): void;
  protected onHello(): void {}
  protected onFlushed(): void {}
  protected onPong(): void {}

  /** A call was given up: perhaps because nobody is there. */
  protected suspect(): void {
    this.#liveness.suspect();
  }

  protected ping(): void {
    this.writer.control(KIND.ping, PING);
    this.written();
  }

  #onFrame(frame: Frame): void {
    if (this.peer === undefined) this.#hello(frame);
    else {
      switch (frame.kind) {
        case KIND.request:
          this.onRequest(frame);
          break;
        case KIND.reply:
          this.onReply(frame);
          break;
        case KIND.data:
          this.#data(frame);
          break;
        case KIND.credit:
          this.#credit(frame);
          break;
        case KIND.cancel:
          checkLength(frame, 1);
          this.onCancel(frame);
          break;
        case KIND.ping:
          this.#pingArrived(frame);
          break;
        case KIND.pong:
          checkLength(frame, PING_BYTES);
          this.onPong();
          break;
        case KIND.goAway:
          this.#goAway(frame);
          break;
        default:
          if (!frame.isIgnorable) throw unexpected(frame);
      }
    }
  }

  #hello(frame: Frame): void {
    if (frame.kind !== KIND.hello || frame.call !== 0)
      throw new MuxError(GO_AWAY.protocol, "the first frame is no HELLO");
    this.peer = readHello(frame.bytes.subarray(frame.start, frame.end));
    this.pump = new BodyPump({
      writer: this.writer,
      wire: this.parts.wire,
      windowBytes: this.peer.connectionWindowBytes,
      frameBytesMax: this.peer.frameBytesMax,
      onWritten: () => this.written(),
    });
    this.onHello();
  }

  #data(frame: Frame): void {
    const bytes = frame.end - frame.start;
    if (bytes === 0 && !frame.isEnd) throw new MuxError(GO_AWAY.protocol, "a DATA without data");
    if (bytes > this.#openBytes)
      throw new MuxError(GO_AWAY.flowControl, "more data than the connection's window takes");
    this.#openBytes -= bytes;
    this.onData(frame);
  }

  #credit(frame: Frame): void {
    checkLength(frame, 4);
    const bytes = u32(frame.bytes, frame.start);
    if (frame.call === 0) this.pump?.credit(bytes);
    else this.onCredit(frame.call, bytes);
  }

  #pingArrived(frame: Frame): void {
    checkLength(frame, PING_BYTES);
    if (!this.#pings.take(this.parts.clock.now())) throw new MuxError(GO_AWAY.tooMany, "more pings than are answered");
    this.writer.control(KIND.pong, frame.bytes.subarray(frame.start, frame.end));
    this.written();
  }

  #goAway(frame: Frame): void {
    const { bytes, start, end } = frame;
    if (end - start < 5) throw new MuxError(GO_AWAY.protocol, "a GO_AWAY that is cut");
    const code = bytes[start + 4] as number;
    const text = printable(bytes.toString("utf8", start + 5, end));
    if (code !== GO_AWAY.drain) {
      this.parts.log.warn(`${this.parts.peer} ended the mux connection: ${text}`, { code });
    }
    this.onGoAway(u32(bytes, start), code, text);
  }
}

function flushDue(session: MuxSession): void {
  session.flush();
}

function checkLength({ kind, start, end }: Frame, bytes: number): void {
  if (end - start !== bytes) throw new MuxError(GO_AWAY.protocol, `a frame of kind ${kind} with ${end - start} bytes`);
}

export function unexpected({ kind }: Frame): MuxError {
  return new MuxError(GO_AWAY.protocol, `a frame of kind ${kind}, which nobody expects here`);
}

/** It is another's text, and goes into logs. */
function printable(text: string): string {
  return text.slice(0, 512).replace(/[^\x20-\x7e]/g, "?");
}
