// What sends requests to a server: bytes made once, over bare sockets, so that the server is what is waited for.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { answerParent } from "../support/children.ts";
import { closedLoad } from "../support/load.ts";
import { quoteOf } from "../wire/quote.ts";

const HEAD_END = "\r\n\r\n";
const NOTHING = Buffer.alloc(0);

interface Question {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  readonly path: string;
  /** JSON; default: a quote of 100 bytes. */
  readonly body?: string;
  readonly status?: number;
  /** Besides those of every request with JSON. */
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Sends the same request whenever it is called, and resolves when the whole reply is there. Of a reply as long as the one
 * before it only the status is looked at: this process must cost less than any server that it measures.
 */
function sender(socket: Socket, request: Buffer, status: number): () => Promise<void> {
  const statusLine = Buffer.from(`HTTP/1.1 ${status} `);
  let done = () => {};
  let fail = (_: Error) => {};
  let received: Buffer = NOTHING;
  let replyBytes = 0;
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    if (received.length !== replyBytes) {
      const headEnd = received.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = received.toString("latin1", 0, headEnd);
      const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
      if (length === undefined) fail(new Error(`no content-length in: ${head}`));
      replyBytes = headEnd + HEAD_END.length + Number(length);
      if (received.length < replyBytes) return;
    }
    const isExpected = statusLine.compare(received, 0, statusLine.length) === 0;
    const head = isExpected ? "" : received.toString("latin1", 0, 100);
    received = NOTHING;
    if (isExpected) done();
    else fail(new Error(head));
  });
  socket.on("close", () => fail(new Error("the server closed the connection")));
  return () =>
    new Promise((resolve, reject) => {
      done = resolve;
      fail = reject;
      socket.write(request);
    });
}

async function load(question: Question) {
  const { port, connections, ms, path, body = JSON.stringify(quoteOf(100)), status = 200, headers = {} } = question;
  const lines = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  const request = Buffer.from(`${lines.join("\r\n")}${HEAD_END}${body}`);
  const sockets = Array.from({ length: connections }, () => connect(port, "127.0.0.1"));
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  const idle = sockets.map((socket) => sender(socket.setNoDelay(true), request, status));
  const one = async () => {
    const send = idle.pop();
    if (!send) throw new Error("more requests than connections");
    try {
      await send();
    } finally {
      idle.push(send);
    }
  };
  const burst = await closedLoad(one, { inFlight: connections, ms });
  for (const socket of sockets) socket.destroy();
  return burst;
}

answerParent({}, load);
