import { CancelSource } from "../core/cancellation.ts";
import type { Clock } from "../core/clock.ts";
import type { Context } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { arrivingAt } from "../transport/arrival.ts";
import { ClientSession } from "../transport/mux/client-session.ts";
import { type MuxOptions, resolveMuxOptions } from "../transport/mux/options.ts";
import { ServerSession } from "../transport/mux/server-session.ts";
import type { Handler } from "../transport/port.ts";
import { createMemoryWire, type MemoryWire } from "./memory-wire.ts";
import { createRecordingLog, type RecordingLog } from "./recording-log.ts";

export interface SessionParts {
  readonly clock: Clock;
  readonly options?: Partial<MuxOptions>;
}

export interface ServerParts extends SessionParts {
  readonly handler: Handler;
  readonly callsTotalMax?: number;
  readonly requestMs?: number;
}

/** The serving side over a wire in memory. */
export interface MemoryServer {
  readonly session: ServerSession;
  readonly wire: MemoryWire;
  readonly log: RecordingLog;
}

export function serveInMemory({ clock, options, handler, ...limits }: ServerParts): MemoryServer {
  const log = createRecordingLog();
  const wire = createMemoryWire(() => session);
  const session = new ServerSession({
    wire,
    clock,
    log,
    options: resolveMuxOptions(options),
    peer: "the client",
    handler,
    failed: () => ({ status: 500, headers: {}, body: undefined }),
    host: "in.memory",
    requestMs: limits.requestMs ?? 30_000,
    callsTotalMax: limits.callsTotalMax ?? 0,
    onEnded: () => {},
  });
  return { session, wire, log };
}

/** The calling side over a wire in memory. */
export interface MemoryClient {
  readonly session: ClientSession;
  readonly wire: MemoryWire;
  readonly log: RecordingLog;
  /** Sends a request; fails when the session cannot take it. */
  readonly send: (request?: Partial<HttpRequest>, context?: Context) => Promise<Outcome<HttpReply>>;
  /** What it told of itself. */
  readonly told: ("open" | "going away" | "ended")[];
}

export function callInMemory({ clock, options }: SessionParts): MemoryClient {
  const log = createRecordingLog();
  const told: ("open" | "going away" | "ended")[] = [];
  const wire = createMemoryWire(() => session);
  const session = new ClientSession({
    wire,
    clock,
    log,
    options: resolveMuxOptions(options),
    peer: "the server",
    onOpen: () => void told.push("open"),
    onGoingAway: () => void told.push("going away"),
    onEnded: () => void told.push("ended"),
  });
  const send: MemoryClient["send"] = (request, context = arrivingAt(new CancelSource())) => {
    const whole = { method: "GET", target: "/", headers: {}, body: undefined, ...request };
    return session.trySend(whole, context) ?? Promise.reject(new Error("the session cannot carry it"));
  };
  return { session, wire, log, send, told };
}

/** Both sides of a mux connection in memory. */
export interface MuxPair {
  readonly client: MemoryClient;
  readonly server: MemoryServer;
}

export function createMuxPair(
  parts: ServerParts & { readonly clientOptions?: Partial<MuxOptions>; readonly serverOptions?: Partial<MuxOptions> },
): MuxPair {
  const { clientOptions, serverOptions, ...rest } = parts;
  const client = callInMemory({ clock: parts.clock, ...(clientOptions && { options: clientOptions }) });
  const server = serveInMemory({ ...rest, ...(serverOptions && { options: serverOptions }) });
  client.wire.receiver = server.session;
  server.wire.receiver = client.session;
  return { client, server };
}
