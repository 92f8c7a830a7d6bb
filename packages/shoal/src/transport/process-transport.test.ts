import { AsyncLocalStorage } from "node:async_hooks";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { CancelSource } from "../core/cancellation.ts";
import { type HttpReply, type HttpRequest, readBody } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import { createRecordingLog } from "../testing/recording-log.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { arrivingAt } from "./arrival.ts";
import { type HttpListener, listenHttp } from "./http-listener.ts";
import type { HttpListenerParts } from "./http-listener-parts.ts";
import type { Connection, Handler } from "./port.ts";
import { createProcessTransport } from "./process-transport.ts";
import { systemClock } from "./system-ports.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const hello: Handler = async ({ target, headers }) => ({
  status: 200,
  headers: { "x-host": headers["host"] ?? "", "x-way": headers["connection"] === undefined ? "mux" : "http" },
  body: Buffer.from(target),
});

async function serving(handler: Handler, parts: Partial<HttpListenerParts> = {}) {
  const log = createRecordingLog();
  const listener = await listenHttp({
    service: "quotes",
    handler,
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    log,
    ...parts,
  });
  closers.push(() => listener.close(0));
  return { listener, log, address: `http://127.0.0.1:${listener.port}` };
}

/** A server on bare TCP, and the sockets that came. */
async function tcp(onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    onSocket(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => {
      for (const socket of sockets) socket.destroy();
    },
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that agrees to speak mux and then says this, and answers 200 to all else; and the sockets that agreed. */
async function muxPeer(says: Uint8Array): Promise<{ readonly address: string; readonly sockets: readonly Socket[] }> {
  const sockets: Socket[] = [];
  const address = await tcp((socket) => {
    socket.on("data", (bytes) => {
      if (String(bytes).includes("upgrade: shoal-mux/1")) {
        sockets.push(socket);
        socket.write("HTTP/1.1 101 x\r\nupgrade: shoal-mux/1\r\n\r\n");
        socket.write(says);
      } else if (!sockets.includes(socket)) {
        socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-way: http\r\n\r\n");
      }
    });
  });
  return { address, sockets };
}

function calling(address: string, clock = systemClock, mux = true) {
  const log = createRecordingLog();
  const connection = createProcessTransport({ clock, log, mux }).connect(address, 32);
  closers.push(() => connection.close());
  const send = (request: Partial<HttpRequest> = {}, context = arrivingAt(new CancelSource())) =>
    connection.send({ method: "GET", target: "/", headers: {}, body: undefined, ...request }, context);
  return { connection, send, log };
}

const isMux = (connection: Connection) => expect.poll(() => connection.callsMax?.(), { timeout: 10_000 }).toBe(1_024);
const wayOf = (outcome: Outcome<HttpReply>) =>
  outcome.ok ? outcome.reply.headers["x-way"] : `${outcome.kind} ${outcome.error.code}`;
const kindOf = (outcome: Outcome<HttpReply>) => (outcome.ok ? String(outcome.reply.status) : outcome.kind);

describe("the process transport", () => {
  it("calls over HTTP/1.1 at once, and over mux when that is up", async () => {
    const { address } = await serving(hello);
    const { connection, send } = calling(address);
    expect(wayOf(await send())).toBe("http");
    await isMux(connection);
    expect(wayOf(await send())).toBe("mux");
    expect((await send()).reply?.headers["x-host"]).toBe(new URL(address).host);
  });

  it("carries bodies of any size both ways over a socket", async () => {
    const { address } = await serving(async ({ body }) => ({
      status: 200,
      headers: {},
      body: await readBody(body, 1e8),
    }));
    const { connection, send } = calling(address);
    await send();
    await isMux(connection);
    const sizes = [0, 1, 16_384, 16_385, 65_536, 300_000, 5_000_000];
    const replies = await Promise.all(
      sizes.map(async (size) => {
        const outcome = await send({ method: "POST", body: Buffer.alloc(size, size % 251) });
        return Buffer.from(await readBody(outcome.reply?.body, 1e8));
      }),
    );
    expect(
      replies.map((reply, index) => reply.equals(Buffer.alloc(sizes[index] ?? 0, (sizes[index] ?? 0) % 251))),
    ).toEqual(sizes.map(() => true));
  });

  it("stays with HTTP/1.1 when it is told to, on either side", async () => {
    const offering = await serving(hello);
    const quiet = calling(offering.address, systemClock, false);
    expect(wayOf(await quiet.send())).toBe("http");
    expect(quiet.connection.callsMax?.()).toBeUndefined();
    const { address } = await serving(hello, { mux: false });
    const { send, log, connection } = calling(address);
    expect(wayOf(await send())).toBe("http");
    await expect.poll(() => log.at("debug")).toEqual([`calls to ${address} go over HTTP/1.1`]);
    expect(wayOf(await send())).toBe("http");
    expect(connection.callsMax?.()).toBeUndefined();
  });

  it("leaves a request for another protocol to the handler, as if it had not asked", async () => {
    const { listener } = await serving(hello);
    const socket = connect(listener.port, "127.0.0.1");
    socket.write("GET /chat HTTP/1.1\r\nhost: x\r\nconnection: upgrade, close\r\nupgrade: websocket\r\n\r\n");
    const answer = await new Promise<string>((resolve) => socket.once("data", (bytes) => resolve(String(bytes))));
    socket.destroy();
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
  });

  it("asks one that refused again after minutes, and one where it failed sooner, later each time", async () => {
    let asked = 0;
    const server = createHttpServer((request, reply) => {
      if (request.headers.upgrade) asked += 1;
      reply.end();
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    closers.push(
      () => server.close(),
      () => server.closeAllConnections(),
    );
    const clock = createVirtualClock();
    const { send, log } = calling(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, clock);
    const told = (count: number) => expect.poll(() => log.at("debug").length).toBe(count);
    await send();
    await told(1);
    await clock.advance(299_000);
    await send();
    expect(asked).toBe(1);
    await clock.advance(1_000);
    await send();
    await told(2);
    expect(asked).toBe(2);
  });

  it.each<[string, (socket: Socket) => void]>([
    ["closes", (socket) => socket.end()],
    ["resets", (socket) => socket.resetAndDestroy()],
    ["answers with garbage", (socket) => socket.end("SSH-2.0-OpenSSH\r\n\r\n")],
    [
      "agrees, and then talks garbage",
      (socket) => socket.write("HTTP/1.1 101 x\r\nupgrade: shoal-mux/1\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
    ],
    ["agrees, and closes", (socket) => socket.end("HTTP/1.1 101 x\r\nupgrade: shoal-mux/1\r\n\r\n")],
    ["agrees to another protocol", (socket) => socket.write("HTTP/1.1 101 x\r\nupgrade: websocket\r\n\r\n")],
    ["never ends its answer", (socket) => socket.write(`HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(20_000)}`)],
  ])("goes on over HTTP/1.1 with one that %s when asked", async (_, answer) => {
    const address = await tcp((socket) => {
      socket.on("data", (bytes) => {
        if (String(bytes).includes("upgrade: shoal-mux/1")) answer(socket);
        else socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-way: http\r\n\r\n");
      });
    });
    const { send, log, connection } = calling(address);
    expect(wayOf(await send())).toBe("http");
    await expect.poll(() => log.at("debug")).toHaveLength(1);
    expect(wayOf(await send())).toBe("http");
    expect(connection.callsMax?.()).toBeUndefined();
  });

  it("gives up one that never answers when asked, and nobody has waited for it", async () => {
    const clock = createVirtualClock();
    const address = await tcp((socket) => {
      socket.once("data", (bytes) => {
        if (!String(bytes).includes("upgrade:"))
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx-way: http\r\n\r\n");
      });
    });
    const { send, log } = calling(address, clock);
    expect(wayOf(await send())).toBe("http");
    await expect.poll(() => clock.pending()).toBeGreaterThan(0);
    await clock.advance(2_000);
    await expect.poll(() => log.lines.at(-1)?.fields["why"]).toBe("no answer within 2000 ms");
  });

  it("moves to a new connection when the old one breaks, whose calls are ambiguous", async () => {
    const sockets: Socket[] = [];
    const { listener } = await serving(async ({ target }) => {
      if (target === "/hang") await new Promise(() => {});
      return { status: 200, headers: {}, body: undefined };
    });
    const proxy = await tcp((socket) => {
      sockets.push(socket);
      const upstream = connect(listener.port, "127.0.0.1").on("error", () => {});
      socket.pipe(upstream).pipe(socket);
      socket.on("close", () => upstream.destroy());
    });
    const { connection, send } = calling(proxy);
    await send();
    await isMux(connection);
    const hanging = send({ target: "/hang" });
    await expect.poll(() => listener.active()).toBe(1);
    for (const socket of sockets) socket.destroy();
    expect(await hanging).toMatchObject({ kind: "ambiguous", error: { code: "CONNECTION_LOST" } });
    expect(connection.callsMax?.()).toBeUndefined();
    await expect.poll(() => listener.active()).toBe(1); // the handler goes on; its caller has gone
    const again = async () => {
      await send();
      return connection.callsMax?.();
    };
    await expect.poll(again, { timeout: 10_000 }).toBe(1_024);
  });

  it("has nobody's call unsent twice: a server that is gone is a refused connection", async () => {
    const { address, listener } = await serving(hello);
    const { connection, send } = calling(address);
    await send();
    await isMux(connection);
    await listener.close(1_000);
    await expect.poll(() => connection.callsMax?.()).toBeUndefined();
    expect(wayOf(await send())).toBe("unsent CONNECT_FAILED");
  });
});

describe("an instance that is gone", () => {
  it("is tried with one connect a time, and asked for mux again only once somebody answers there", async () => {
    const clock = createVirtualClock();
    const { address, listener } = await serving(hello);
    const { connection, send } = calling(address, clock);
    await send();
    await isMux(connection);
    await listener.close(1_000);
    await expect.poll(() => connection.callsMax?.()).toBeUndefined();
    const ports: number[] = [];
    const onSocket = (message: unknown) =>
      (message as { readonly socket: Socket }).socket.on("connectionAttempt", (_, port) => ports.push(port));
    subscribe("net.client.socket", onSocket);
    closers.push(() => unsubscribe("net.client.socket", onSocket));
    for (let trial = 0; trial < 5; trial += 1) {
      await clock.advance(60_000);
      expect(wayOf(await send())).toBe("unsent CONNECT_FAILED");
    }
    expect(ports.filter((port) => port === listener.port)).toHaveLength(5);
    await serving(hello, { port: listener.port });
    expect(wayOf(await send())).toBe("http");
    await clock.advance(60_000);
    expect(wayOf(await send())).toBe("http");
    await isMux(connection);
  });
});

describe("closing a listener with mux connections", () => {
  async function underWay(): Promise<{
    listener: HttpListener;
    answers: (() => void)[];
    sent: Promise<Outcome<HttpReply>>;
    send: () => Promise<Outcome<HttpReply>>;
  }> {
    const answers: (() => void)[] = [];
    const { listener, address } = await serving(({ target }) =>
      target === "/first"
        ? Promise.resolve({ status: 200, headers: {}, body: undefined })
        : new Promise((resolve) =>
            answers.push(() => resolve({ status: 200, headers: {}, body: Buffer.from("late") })),
          ),
    );
    const { connection, send } = calling(address);
    await send({ target: "/first" });
    await isMux(connection);
    const sent = send();
    await expect.poll(() => answers.length).toBe(1);
    return { listener, answers, sent, send };
  }

  it("finishes the calls under way, counts them, and cuts nothing", async () => {
    const { listener, answers, sent } = await underWay();
    expect(listener.active()).toBe(1);
    const closing = listener.close(10_000);
    await new Promise((resolve) => setImmediate(resolve));
    answers[0]?.();
    expect(kindOf(await sent)).toBe("200");
    expect(await closing).toBe(0);
    expect(listener.active()).toBe(0);
  });

  it("cuts what takes too long, and counts it", async () => {
    const { listener, sent } = await underWay();
    expect(await listener.close(50)).toBe(1);
    expect(kindOf(await sent)).toBe("ambiguous");
  });

  it("fails no call of a caller that goes on while two servers take turns", async () => {
    const kinds = new Set<string>();
    const first = await serving(hello);
    const { connection, send } = calling(first.address);
    await send();
    await isMux(connection);
    const closing = vi.fn();
    let calls = 0;
    while (closing.mock.calls.length === 0 && calls < 2_000) {
      if (calls === 20) void first.listener.close(5_000).then(closing);
      for (const outcome of await Promise.all([send(), send(), send()])) kinds.add(kindOf(outcome));
      calls += 3;
      await new Promise((resolve) => setImmediate(resolve));
      if (calls === 18) calls = 20;
    }
    expect([...kinds].filter((kind) => kind === "ambiguous")).toEqual([]);
  });
});

describe("a mux connection that is no use", () => {
  it("is not asked for again at once, and not kept, when the server takes no calls on it", async () => {
    const takesNoCalls = Buffer.from([0, 0, 6, 0, 0, 0, 0, 0, 1, 4, 0, 0, 0, 0]);
    const { address, sockets } = await muxPeer(takesNoCalls);
    const open = () => [sockets.length, sockets.filter((socket) => !socket.readableEnded).length];
    const clock = createVirtualClock();
    const { send } = calling(address, clock);
    await send();
    await expect.poll(open).toEqual([1, 0]);
    for (let call = 0; call < 5; call += 1) expect(wayOf(await send())).toBe("http");
    expect(sockets).toHaveLength(1);
    await clock.advance(500);
    await send();
    await expect.poll(open).toEqual([2, 0]);
  });
});

describe("a mux connection that outlives the call it was opened for", () => {
  it("keeps nothing of what that call was made in", async () => {
    const { address, sockets } = await muxPeer(Buffer.from([0, 0, 1, 0, 0, 0, 0, 0, 1]));
    const place = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const log = { ...createRecordingLog(), warn: () => void seen.push(place.getStore()) };
    const connection = createProcessTransport({ clock: systemClock, log }).connect(address, 32);
    closers.push(() => connection.close());
    const request = { method: "GET", target: "/", headers: {}, body: undefined };
    await place.run("the first request", () => connection.send(request, arrivingAt(new CancelSource())));
    await isMux(connection);
    sockets[0]?.write(Buffer.alloc(8, 255));
    await expect.poll(() => seen).toEqual([undefined]);
  });
});
