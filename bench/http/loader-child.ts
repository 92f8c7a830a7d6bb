// What sends requests to a server: bytes made once, over bare sockets, so that the server is what is waited for.
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { answerParent } from "../support/children.ts";
import { closedLoad } from "../support/load.ts";
import { quoteOf } from "../wire/quote.ts";

const HEAD_END = "\r\n\r\n";

interface Question {
  readonly port: number;
  readonly connections: number;
  readonly ms: number;
  readonly path: string;
  /** JSON; default: a quote of 100 bytes. */
  readonly body?: string;
  readonly status?: number;
}

/** Sends the same request whenever it is called, and resolves when the whole reply is there. */
function sender(socket: Socket, request: Buffer, status: number): () => Promise<void> {
  let done = () => {};
  let fail = (_: Error) => {};
  let received: Buffer = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk]);
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = received.toString("latin1", 0, headEnd);
    const [, length] = /\r\ncontent-length: *(\d+)/i.exec(head) ?? [];
    if (length === undefined) fail(new Error(`no content-length in: ${head}`));
    if (received.length < headEnd + HEAD_END.length + Number(length)) return;
    received = Buffer.alloc(0);
    if (head.startsWith(`HTTP/1.1 ${status}`)) done();
    else fail(new Error(head.slice(0, 100)));
  });
  socket.on("close", () => fail(new Error("the server closed the connection")));
  return () =>
    new Promise((resolve, reject) => {
      done = resolve;
      fail = reject;
      socket.write(request);
    });
}

async function load({ port, connections, ms, path, body = JSON.stringify(quoteOf(100)), status = 200 }: Question) {
  const head = [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    "content-type: application/json",
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  const request = Buffer.from(`${head.join("\r\n")}${HEAD_END}${body}`);
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
