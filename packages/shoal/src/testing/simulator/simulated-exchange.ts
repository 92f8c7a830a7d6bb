import { type CancelListener, type Cancellation, CancelSource } from "../../core/cancellation.ts";
import { messageOf, type ShoalError, shoalError } from "../../core/errors.ts";
import { type HttpReply, type HttpRequest, isReplayable } from "../../core/message.ts";
import { failure, type Outcome, success } from "../../core/outcome.ts";
import type { Host } from "./host.ts";
import type { LinkConditions, NetworkCore } from "./network.ts";
import type { SimulatedProcess } from "./simulated-process.ts";
import { simulatedStream } from "./simulated-stream.ts";

/** How long a connection may take, in ms, as in the HTTP transport. */
const CONNECT_MS = 1_000;

/** The connections of one process to one address. */
export interface Sockets {
  /** Whom they lead to: another process at the same address needs new ones. */
  host: Host | undefined;
  open: number;
  busy: number;
}

export interface ExchangeParts {
  readonly from: SimulatedProcess;
  readonly address: string;
  readonly network: NetworkCore;
  readonly sockets: Sockets;
  readonly request: HttpRequest;
  /** Cancelled when the caller gives up; not cancelled yet. */
  readonly cancellation: Cancellation;
  readonly resolve: (outcome: Outcome<HttpReply>) => void;
}

/** One request on its way, and its reply; settles once. */
export class SimulatedExchange implements CancelListener {
  readonly #parts: ExchangeParts;
  readonly #host: Host | undefined;
  readonly #name: string;
  /** What the handler sees of the caller. */
  readonly #gone = new CancelSource();
  #phase: "connecting" | "sent" | "settled" = "connecting";
  #stopWatching = () => {};

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#host = parts.network.hosts.get(parts.address);
    this.#name = this.#host?.process.id ?? parts.address;
  }

  begin(): void {
    const { sockets, cancellation } = this.#parts;
    cancellation.subscribe(this);
    if (sockets.host !== this.#host || !this.#host?.isListening() || this.#conditions().path === "refused") {
      sockets.host = this.#host;
      sockets.open = 0;
    }
    sockets.busy += 1;
    if (this.#host && sockets.busy <= sockets.open) this.#handOver(this.#host);
    else this.#connect();
  }

  #connect(): void {
    if (this.#conditions().path === "severed") this.#connectInVain();
    else this.#connectInTime();
  }

  #connectInTime(): void {
    this.#after(this.#latencyMs() + this.#latencyMs(), () => {
      if (this.#phase !== "connecting") return;
      const { path } = this.#conditions();
      if (path === "severed") return this.#connectInVain();
      if (!this.#host?.isListening() || path === "refused") {
        return this.#settle(failure("unsent", noConnection(this.#name, "was refused")));
      }
      this.#parts.sockets.open += 1;
      this.#handOver(this.#host);
    });
  }

  #connectInVain(): void {
    this.#after(CONNECT_MS, () => this.#settle(failure("unsent", noConnection(this.#name, "timed out"))));
  }

  #handOver(host: Host): void {
    this.#phase = "sent";
    this.#stopWatching = host.onCut(() => this.#lose());
    if (this.#isLost()) return;
    this.#after(this.#latencyMs(), () => host.process.whenAwake(() => this.#arrive(host)));
  }

  #arrive(host: Host): void {
    if (this.#phase !== "sent") return; // given up on its way
    const { from, network, request } = this.#parts;
    network.timeline.message(host.process.id, "gets a request of", from.id);
    host.handle(request, this.#gone).then(
      (reply) => {
        if (!host.process.isAlive() || this.#isLost()) return;
        this.#after(this.#latencyMs(), () => this.#hear(host, reply));
      },
      () => this.#lose(), // a handler never rejects; one that does is a server that cut the connection
    );
  }

  /** A reply that streams keeps its connection until its end, and its caller can still give it up. */
  #hear(host: Host, reply: HttpReply): void {
    if (this.#phase === "settled" || isReplayable(reply.body)) {
      this.#settle(success(reply));
      return;
    }
    const { from, network, cancellation, sockets } = this.#parts;
    const stream = simulatedStream({
      body: reply.body,
      host,
      reader: from,
      clock: network.clock,
      latencyMs: () => this.#latencyMs(),
      isLost: () => this.#isLost(),
      leave: () => {
        sockets.open = Math.max(0, sockets.open - 1);
        this.#after(this.#latencyMs(), () => this.#gone.cancel(callerGone()));
      },
    });
    const given = {
      onCancel: (reason: unknown) => stream.cancel(shoalError("CANCELLED", { message: messageOf(reason) })),
    };
    sockets.busy += 1;
    cancellation.subscribe(given);
    void stream.finished.then(() => {
      sockets.busy -= 1;
      cancellation.unsubscribe(given);
    });
    this.#settle(success({ ...reply, body: stream }));
  }

  /** The connection broke; the caller hears of it when the news arrives. */
  #lose(): void {
    const message = `${this.#name} closed the connection before it answered`;
    this.#after(this.#latencyMs(), () =>
      this.#settle(failure("ambiguous", shoalError("CONNECTION_LOST", { message }))),
    );
  }

  onCancel(reason: unknown): void {
    const { address } = this.#parts;
    const sent = this.#phase === "sent";
    if (sent) this.#after(this.#latencyMs(), () => this.#gone.cancel(callerGone()));
    const message = `the request to ${address} was given up: ${messageOf(reason)}`;
    this.#settle(failure(sent ? "ambiguous" : "unsent", shoalError("CANCELLED", { message })));
  }

  #settle(outcome: Outcome<HttpReply>): void {
    if (this.#phase === "settled") return;
    const { from, network, sockets, cancellation, resolve } = this.#parts;
    if (this.#phase === "sent" && !outcome.ok) sockets.open = Math.max(0, sockets.open - 1);
    this.#phase = "settled";
    sockets.busy -= 1;
    cancellation.unsubscribe(this);
    this.#stopWatching();
    network.timeline.message(from.id, wordFor(outcome), this.#name);
    from.whenAwake(() => resolve(outcome));
  }

  #conditions(): LinkConditions {
    return this.#parts.network.conditions(this.#parts.from, this.#host?.process ?? { id: this.#name, service: "" });
  }

  #isLost(): boolean {
    const { path, lossRatio } = this.#conditions();
    return path !== "open" || (lossRatio > 0 && this.#parts.network.random() < lossRatio);
  }

  #latencyMs(): number {
    return this.#conditions().latencyMs(this.#parts.network.random);
  }

  #after(ms: number, task: () => void): void {
    this.#parts.network.clock.after(ms, task);
  }
}

function wordFor(outcome: Outcome<HttpReply>): string {
  return outcome.ok ? `hears ${outcome.reply.status} from` : `hears ${outcome.kind} ${outcome.error.code} of`;
}

function noConnection(name: string, why: string): ShoalError {
  return shoalError("CONNECT_FAILED", { message: `the connection to ${name} ${why}` });
}

function callerGone(): ShoalError {
  return shoalError("CANCELLED", { message: "the caller has gone" });
}
