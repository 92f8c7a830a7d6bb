import type { ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Clock } from "../core/clock.ts";
import { messageOf, shoalError } from "../core/errors.ts";
import { HEADER, JSON_TYPE } from "../core/wire.ts";

// Not by `import`, whose view of node:http loads all of fetch and WebSocket with it: 13 MB and 20 ms.
const { Agent, request: httpRequest } = process.getBuiltinModule("node:http");

/** An answer of the control plane, of any status. */
export interface LinkReply {
  readonly status: number;
  readonly text: string;
}

/** What happens on an event stream. `onEnd` comes once, last, and not after `close`. */
export interface LinkEvents {
  readonly onText: (text: string) => void;
  readonly onEnd: (reason: string) => void;
}

export interface LinkStream {
  readonly close: () => void;
  /** Whether the stream keeps the process alive. It does so at first. */
  readonly hold: (held: boolean) => void;
}

interface SendOptions {
  readonly body?: unknown;
  readonly timeoutMs: number;
  /** Whether waiting for the answer keeps the process alive. */
  readonly held: boolean;
}

/** The way to the control plane: the only part of the registry's client that opens sockets. */
export interface ControlLink {
  /** Rejects with CONTROL_UNREACHABLE when no whole answer came in time. */
  readonly send: (method: "PUT" | "POST" | "DELETE", path: string, options: SendOptions) => Promise<LinkReply>;
  readonly stream: (path: string, events: LinkEvents) => LinkStream;
  /** Closes the idle connections. */
  readonly close: () => void;
}

export interface ControlLinkOptions {
  /** Such as "http://127.0.0.1:4400". */
  readonly control: string;
  /** Sent as a bearer token. */
  readonly token: string | undefined;
  readonly clock: Clock;
}

/** Connections for short requests: renewals of a few instances, one at a time each. */
const SOCKETS_MAX = 4;
/** A short answer's length, in bytes; more is not from a control plane. */
const REPLY_BYTES_MAX = 65_536;

type Opener = (url: URL, options: RequestOptions) => ClientRequest;

/** Speaks plain node:http, which every server has loaded already; node:https is loaded only when asked for. */
export function controlLink({ control, token, clock }: ControlLinkOptions): ControlLink {
  const opener = openerOf(control);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };

  const send: ControlLink["send"] = async (method, path, { body, timeoutMs, held }) => {
    const open = await opener;
    const bytes = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const outgoing = open.short(new URL(path, control), {
      method,
      headers: {
        ...headers,
        ...(bytes && { [HEADER.contentType]: JSON_TYPE, [HEADER.contentLength]: bytes.byteLength }),
      },
    });
    if (!held) outgoing.once("socket", (socket) => socket.unref());
    const cancel = clock.after(timeoutMs, () => outgoing.destroy(new Error(`no answer within ${timeoutMs} ms`)));
    try {
      return await replyOf(outgoing, bytes);
    } catch (cause) {
      throw shoalError("CONTROL_UNREACHABLE", { message: `${method} ${control}${path}: ${messageOf(cause)}`, cause });
    } finally {
      cancel();
    }
  };

  const stream: ControlLink["stream"] = (path, events) => {
    let held = true;
    let closed = false;
    let outgoing: ClientRequest | undefined;
    const end = (reason: string) => {
      if (closed) return;
      closed = true;
      outgoing?.destroy();
      events.onEnd(reason);
    };
    void opener.then(({ long }) => {
      if (closed) return;
      outgoing = long(new URL(path, control), { headers: { ...headers, accept: EVENT_STREAM } });
      outgoing.once("socket", (socket) => held || socket.unref());
      outgoing.once("error", (cause) => end(messageOf(cause)));
      outgoing.once("response", (incoming) => {
        incoming.once("error", (cause) => end(messageOf(cause)));
        incoming.once("close", () => end("the control plane closed the stream"));
        const refusal = refusalOf(incoming);
        if (refusal) return end(refusal);
        incoming.setEncoding("utf8");
        incoming.on("data", (text: string) => closed || events.onText(text));
      });
      outgoing.end();
    });
    return {
      close() {
        closed = true;
        outgoing?.destroy();
      },
      hold(next) {
        held = next;
        if (next) outgoing?.socket?.ref();
        else outgoing?.socket?.unref();
      },
    };
  };

  return { send, stream, close: () => void opener.then((open) => open.close()) };
}

const EVENT_STREAM = "text/event-stream";

function refusalOf(incoming: IncomingMessage): string | undefined {
  if (incoming.statusCode !== 200) return `the control plane answered ${incoming.statusCode}`;
  const type = incoming.headers["content-type"] ?? "";
  return type.startsWith(EVENT_STREAM) ? undefined : `the control plane answered with ${type || "no content type"}`;
}

async function openerOf(control: string): Promise<{ short: Opener; long: Opener; close: () => void }> {
  const secure = control.startsWith("https:") ? await import("node:https") : undefined;
  const options = { keepAlive: true, maxSockets: SOCKETS_MAX, maxFreeSockets: 1 };
  const agent = secure ? new secure.Agent(options) : new Agent(options);
  const open: Opener = secure ? secure.request : httpRequest;
  return {
    short: (url, given) => open(url, { ...given, agent }),
    long: (url, given) => open(url, { ...given, agent: false }), // a stream of its own: it ends with its connection
    close: () => agent.destroy(),
  };
}

function replyOf(outgoing: ClientRequest, bytes: Uint8Array | undefined): Promise<LinkReply> {
  return new Promise((resolve, reject) => {
    outgoing.once("error", reject);
    outgoing.once("response", (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.once("error", reject);
      incoming.on("data", (piece: string) => {
        text += piece;
        if (text.length > REPLY_BYTES_MAX) outgoing.destroy(new Error(`the answer is over ${REPLY_BYTES_MAX} bytes`));
      });
      incoming.once("end", () => resolve({ status: incoming.statusCode ?? 0, text }));
      incoming.once("close", () => reject(new Error("the answer was cut short"))); // no effect after end
    });
    outgoing.end(bytes);
  });
}
