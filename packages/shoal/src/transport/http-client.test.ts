import { createServer, type RequestListener, type Server } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket, type Server as TcpServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Context } from "../core/context.ts";
import { SILENT_LOG } from "../core/log.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { createHttpTransport, type HttpClientOptions, loadHttpClient } from "./http-client.ts";
import type { ReplyStream } from "./reply-stream.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function listening(server: Server | TcpServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function http(listener: RequestListener) {
  const server = createServer(listener);
  let connections = 0;
  server.on("connection", () => {
    connections += 1;
  });
  const address = await listening(server);
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
  );
  return { address, connections: () => connections };
}

/** A server on bare TCP, which can break any rule. */
async function tcp(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    onSocket(socket);
  });
  const address = await listening(server);
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => {
      for (const socket of sockets) socket.destroy();
    },
  );
  return address;
}

function client(address: string, options?: Partial<HttpClientOptions>) {
  const connection = createHttpTransport(options).connect(address);
  closers.push(() => connection.close());
  return (request: Partial<HttpRequest> = {}, signal = new AbortController().signal) =>
    connection.send({ method: "GET", target: "/", headers: {}, body: undefined, ...request }, contextWith(signal));
}

function contextWith(signal: AbortSignal): Context {
  const trace = { traceId: "1".repeat(32), spanId: "1".repeat(16), flags: 1, state: "" };
  return {
    deadlineMs: 1e9,
    signal,
    trace,
    baggage: "",
    caller: undefined,
    realm: "local",
    criticality: "default",
    attempt: 1,
    log: SILENT_LOG,
  };
}

async function textOf(outcome: Outcome<HttpReply>): Promise<string> {
  return Buffer.from(await readBody(outcome.reply?.body, 1e9)).toString();
}

const kindOf = (outcome: Outcome<HttpReply>) => (outcome.ok ? "ok" : `${outcome.kind} ${outcome.error.code}`);

describe("the HTTP transport", () => {
  it("finds the client in undici, by the narrow path", () => {
    expect(loadHttpClient().name).toBe("Pool");
  });

  it("sends method, target, headers and body, and brings back status, headers and body", async () => {
    const { address } = await http((request, reply) => {
      reply.writeHead(201, {
        "x-echo": `${request.method} ${request.url} ${request.headers["x-one"]}`,
        "set-cookie": ["a=1", "b=2"],
      });
      request.pipe(reply);
    });
    const outcome = await client(address)({
      method: "POST",
      target: "/a?b=1",
      headers: { "x-one": "1" },
      body: Buffer.from("hi"),
    });
    expect(outcome.reply?.status).toBe(201);
    expect(outcome.reply?.headers).toMatchObject({ "x-echo": "POST /a?b=1 1", "set-cookie": ["a=1", "b=2"] });
    expect(await textOf(outcome)).toBe("hi");
  });

  it("streams a request's body", async () => {
    const { address } = await http((request, reply) => request.pipe(reply));
    const body = (async function* () {
      yield Buffer.from("one ");
      yield Buffer.from("two");
    })();
    expect(await textOf(await client(address)({ method: "POST", body }))).toBe("one two");
  });

  it("hands a short reply on whole, and a long or unmeasured one as a stream", async () => {
    const { address } = await http((request, reply) => {
      if (request.url === "/short") reply.end("short");
      else {
        reply.write("long");
        setImmediate(() => reply.end("er"));
      }
    });
    const send = client(address);
    expect((await send({ target: "/short" })).reply?.body).toBeInstanceOf(Uint8Array);
    const long = await send({ target: "/long" });
    expect(long.reply?.body).not.toBeInstanceOf(Uint8Array);
    expect(await textOf(long)).toBe("longer");
    expect(kindOf(await send({ method: "HEAD", target: "/short" }))).toBe("ok");
  });

  it("uses its connections again and again", async () => {
    const { address, connections } = await http((_request, reply) => reply.end("x"));
    const send = client(address);
    for (let call = 0; call < 20; call += 1) await send();
    // undici frees a socket one turn of the loop after its reply: who calls again at once gets a second one
    expect(connections()).toBeLessThanOrEqual(2);
  });

  it("opens no more connections than it is told, however many requests take turns", async () => {
    const { address, connections } = await http((_, reply) => setTimeout(() => reply.end("ok"), 1));
    const connection = createHttpTransport().connect(address, 2);
    closers.push(() => connection.close());
    const request = { method: "GET", target: "/", headers: {}, body: undefined };
    const send = () => connection.send(request, contextWith(new AbortController().signal));
    const outcomes = await Promise.all(Array.from({ length: 20 }, send));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(connections()).toBe(2);
  });

  it("knows that nothing was sent when the connection is refused", async () => {
    const server = createTcpServer();
    const address = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(kindOf(await client(address)())).toBe("unsent CONNECT_FAILED");
  });

  it("does not know whether it was processed when the connection is reset before the reply", async () => {
    const address = await tcp((socket) => socket.once("data", () => socket.resetAndDestroy()));
    expect(kindOf(await client(address)())).toBe("ambiguous CONNECTION_LOST");
  });

  it("does not know either when it is reset in the middle of the reply", async () => {
    const address = await tcp((socket) =>
      socket.once("data", () =>
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf", () => socket.resetAndDestroy()),
      ),
    );
    expect(kindOf(await client(address)())).toBe("ambiguous CONNECTION_LOST");
  });

  it("breaks the stream when a streamed reply is cut", async () => {
    const address = await tcp((socket) =>
      socket.once("data", () => {
        socket.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nhalf\r\n");
        setTimeout(() => socket.resetAndDestroy(), 20);
      }),
    );
    const outcome = await client(address)();
    expect(kindOf(outcome)).toBe("ok");
    await expect(textOf(outcome)).rejects.toMatchObject({ code: "CONNECTION_LOST" });
  });

  it.each(["not http at all\r\n\r\n", "HTTP/1.1 99999 ?\r\n\r\n", "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n"])(
    "survives a server that answers %j",
    async (garbage) => {
      const address = await tcp((socket) => socket.once("data", () => socket.end(garbage)));
      expect(kindOf(await client(address)())).toBe("ambiguous CONNECTION_LOST");
    },
  );

  it("refuses headers that are none before it connects", async () => {
    const { address, connections } = await http((_request, reply) => reply.end());
    expect(kindOf(await client(address)({ headers: { "x-bad": "a\r\nb" } }))).toBe("final REQUEST_INVALID");
    expect(connections()).toBe(0);
  });

  it("gives up at once when aborted, and says whether anything was sent", async () => {
    const arrived = Promise.withResolvers<void>();
    const address = await tcp((socket) => socket.once("data", () => arrived.resolve()));
    const send = client(address);
    const controller = new AbortController();
    const sent = send({}, controller.signal);
    await arrived.promise;
    controller.abort(new Error("enough"));
    expect(kindOf(await sent)).toBe("ambiguous CANCELLED");
    expect(kindOf(await send({}, controller.signal))).toBe("unsent CANCELLED");
  });

  it("waits for a connection no longer than its bound", async () => {
    // an address of TEST-NET-1 (RFC 5737): nobody answers, or the network says so at once; either way nothing was sent
    const outcome = await client("http://192.0.2.1:9", { connectMs: 50 })();
    expect(kindOf(outcome)).toBe("unsent CONNECT_FAILED");
  });

  it("ends a stream that is not wanted any more", async () => {
    const gone = Promise.withResolvers<void>();
    const { address } = await http((_request, reply) => {
      reply.on("close", () => gone.resolve());
      reply.write("first");
    });
    const outcome = await client(address)();
    const stream = outcome.reply?.body as ReplyStream | undefined;
    const reader = stream?.[Symbol.asyncIterator]();
    await reader?.next();
    await reader?.return?.();
    await gone.promise;
  });

  it("holds no listener on a signal that outlives the request", async () => {
    const { address } = await http((_request, reply) => reply.end("x"));
    const send = client(address);
    const { signal } = new AbortController();
    let listeners = 0;
    const counted = Object.assign(signal, {
      addEventListener: () => {
        listeners += 1;
      },
      removeEventListener: () => {
        listeners -= 1;
      },
    });
    for (let call = 0; call < 5; call += 1) await send({}, counted);
    expect(listeners).toBe(0);
  });
});
