import { Duplex } from "node:stream";
import type { Cancel, Clock } from "../../core/clock.ts";

/**
 * One end of a connection inside the process. It has what HTTP clients ask of a socket, so that any of them can be
 * given one in place of a TCP connection: Node's own, undici of any version, and what is built on them.
 *
 * Why not a real socket: a listening port or a socket file would be there for other processes to see and to clean up.
 */
export class MemorySocket extends Duplex {
  /** The service that the connection leads to. */
  readonly service: string;
  readonly connecting = false;
  readonly remoteAddress = "127.0.0.1";
  readonly remoteFamily = "IPv4";
  /** As last set by `setTimeout`, in ms; Node's agent compares it. */
  timeout = 0;
  readonly #clock: Pick<Clock, "now" | "after">;
  #peer: MemorySocket | undefined;
  /** What the peer waits for before it writes more. */
  #taken: (() => void) | undefined;
  #activeMs = 0;
  #cancel: Cancel | undefined;

  private constructor(service: string, clock: Pick<Clock, "now" | "after">) {
    super({ allowHalfOpen: true });
    this.service = service;
    this.#clock = clock;
  }

  /** Two ends of one connection: what is written to one is read from the other. */
  static pair(service: string, clock: Pick<Clock, "now" | "after">): { client: MemorySocket; server: MemorySocket } {
    const client = new MemorySocket(service, clock);
    const server = new MemorySocket(service, clock);
    client.#peer = server;
    server.#peer = client;
    return { client, server };
  }

  /** The other end. */
  get peer(): MemorySocket | undefined {
    return this.#peer;
  }

  override _read(): void {
    const taken = this.#taken;
    this.#taken = undefined;
    taken?.();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: () => void): void {
    const peer = this.#peer;
    this.#activeMs = this.#clock.now();
    if (!peer || peer.destroyed || chunk.length === 0) {
      process.nextTick(done);
      return;
    }
    peer.#activeMs = this.#activeMs;
    peer.#taken = done; // before push: it may read at once
    peer.push(chunk);
  }

  override _final(done: () => void): void {
    if (this.#peer && !this.#peer.destroyed) this.#peer.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#cancel?.();
    const peer = this.#peer;
    this.#peer = undefined;
    this._read(); // nobody will read: let the peer's write end
    // As with TCP, the other end learns of it a moment later and without the reason; what was sent whole stays readable.
    if (peer && !peer.destroyed && !this.writableFinished) process.nextTick(() => peer.destroy());
    done(error);
  }

  /** Ends the writing side, then closes. */
  destroySoon(): void {
    if (this.writable) this.end();
    if (this.writableFinished) this.destroy();
    else this.once("finish", this.destroy);
  }

  /** Emits "timeout" after `ms` without traffic; 0 stops it. */
  setTimeout(ms: number, listener?: () => void): this {
    this.#cancel?.();
    this.#cancel = undefined;
    this.timeout = ms;
    if (ms > 0) {
      if (listener) this.once("timeout", listener);
      this.#activeMs = this.#clock.now();
      this.#watch(ms);
    } else if (listener) this.off("timeout", listener);
    return this;
  }

  #watch(ms: number): void {
    this.#cancel = this.#clock.after(ms, () => {
      const leftMs = this.#activeMs + this.timeout - this.#clock.now();
      if (leftMs > 0) this.#watch(leftMs);
      else this.emit("timeout");
    });
  }

  // What follows concerns the operating system, which has no part in this.
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
  address(): object {
    return {};
  }
}
