import { channel } from "node:diagnostics_channel";
import { once } from "node:events";
import { Server } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { readBody } from "../core/message.ts";
import { rawHttp } from "../testing/raw-http.ts";
import { createRecordingLog } from "../testing/recording-log.ts";
import { type HttpListener, listenHttp } from "./http-listener.ts";
import type { HttpListenerOptions } from "./http-listener-parts.ts";
import type { Handler } from "./port.ts";
import { systemClock } from "./system-ports.ts";

const open: HttpListener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.close(0)));
});

async function listening(handler: Handler, options: Partial<HttpListenerOptions> = {}) {
  const log = createRecordingLog();
  const parts = { service: "quotes", handler, host: "127.0.0.1", port: 0, clock: systemClock, log, options };
  const listener = await listenHttp(parts);
  open.push(listener);
  return { ...listener, log };
}

const get = (path: string, more = "") => `GET ${path} HTTP/1.1\r\nhost: x\r\n${more}\r\n`;
const post = (body: string) => `POST / HTTP/1.1\r\nhost: x\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
const echo: Handler = async ({ target, body }) => ({
  status: 200,
  headers: {},
  body: Buffer.from(`${target} ${Buffer.from(await readBody(body, 1_000_000))};`),
});
const over = (text: string) => text.match(/^.*;/gm)?.join("");

/** One that is longer than what sockets take, to a caller that does not read it yet. */
async function withLongReply() {
  const bytes = 20 * 2 ** 20;
  const listener = await listening(async () => ({ status: 200, headers: {}, body: Buffer.alloc(bytes, "x") }));
  const slow = rawHttp(listener.port);
  slow.socket.pause();
  return { ...listener, slow, bytes };
}

describe("a connection of plain requests", () => {
  it("answers one after the other", async () => {
    const { port, active } = await listening(echo);
    const { socket, until } = rawHttp(port, get("/1"));
    await until(/\/1 ;/);
    socket.write(post("two"));
    const reply = await until(/two;/);
    expect(reply.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(2);
    expect(reply).toContain("Keep-Alive: timeout=65\r\n");
    expect(active()).toBe(0);
    socket.destroy();
  });

  it("says nothing but the head to HEAD, and goes on", async () => {
    const { port } = await listening(echo);
    const { socket, until } = rawHttp(port, get("/1").replace("GET", "HEAD"));
    expect(await until(/\r\n\r\n/)).toMatch(/content-length: 4\r\n[\s\S]*\r\n\r\n$/);
    socket.write(get("/2"));
    await until(/\/2 ;/);
    socket.destroy();
  });

  it("writes a long reply whole, bytes that are no text included", async () => {
    const { port } = await listening(async ({ target }) => ({
      status: 200,
      headers: {},
      body: Buffer.alloc(Number(target.slice(1)), "é"),
    }));
    for (const bytes of [16_384, 16_386, 3_000_000]) {
      const reply = await fetch(`http://127.0.0.1:${port}/${bytes}`);
      expect(await reply.text()).toBe("é".repeat(bytes / 2));
    }
  });

  it("goes on after a reply that streams", async () => {
    const { port } = await listening(async ({ target }) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        yield Buffer.from(target);
        yield Buffer.from(";");
      })(),
    }));
    const { socket, until } = rawHttp(port, get("/1"));
    expect(await until(/\r\n0\r\n\r\n/)).toMatch(/transfer-encoding: chunked/i);
    socket.write(get("/2"));
    await until(/\/2[\s\S]*\r\n0\r\n\r\n/);
    socket.destroy();
  });

  it("closes with a reply that says so", async () => {
    const { port } = await listening(async () => ({
      status: 200,
      headers: { connection: "close" },
      body: Buffer.from("bye"),
    }));
    expect(await rawHttp(port, get("/")).ended).toMatch(/connection: close[\s\S]*bye$/);
  });

  it("has a body that is slow to be read out before it ends", async () => {
    const { slow, active, close, bytes } = await withLongReply();
    slow.socket.write(get("/"));
    await expect.poll(active).toBe(1);
    const closed = close(60_000);
    slow.socket.resume();
    expect((await slow.ended).length).toBeGreaterThan(bytes);
    expect(await closed).toBe(0);
  });
});

describe("a body that comes in parts", () => {
  /** Whatever of these node:http serves is told by its channel, which nobody watches yet when the connections come. */
  async function watched() {
    const byNode: unknown[] = [];
    const tell = (message: unknown) => void byNode.push(message);
    const listener = await listening(echo);
    const caller = rawHttp(listener.port, get("/1"));
    caller.socket.setNoDelay(true);
    await caller.until(/\/1 ;/);
    const requests = channel("http.server.request.start");
    requests.subscribe(tell);
    return {
      ...listener,
      ...caller,
      byNode,
      async part(text: string) {
        caller.socket.write(text);
        await new Promise((resolve) => setImmediate(resolve));
      },
      [Symbol.dispose]() {
        requests.unsubscribe(tell);
        caller.socket.destroy();
      },
    };
  }
  const text = post("a body of some bytes");
  const bodyStart = text.indexOf("a body");

  it("is put together when it is short, and its connection stays", async () => {
    using connection = await watched();
    for (const part of [text.slice(0, bodyStart), text.slice(bodyStart)]) await connection.part(part);
    await connection.until(/ a body of some bytes;/);
    await connection.part(text.slice(0, bodyStart + 3));
    for (const letter of text.slice(bodyStart + 3)) await connection.part(letter);
    await connection.until(/ a body of some bytes;[\s\S]* a body of some bytes;/);
    connection.socket.write(get("/2"));
    await connection.until(/\/2 ;/);
    expect(connection.byNode).toEqual([]);
  });

  it.each([
    ["when it is long", post(`${"x".repeat(70_000)} end`), / end;/],
    ["when more comes behind it", text + get("/2"), /\/2 ;/],
  ])("is left to node:http %s", async (_, all, answered) => {
    using connection = await watched();
    await connection.part(all.slice(0, bodyStart + 3));
    await connection.part(all.slice(bodyStart + 3));
    await connection.until(answered);
    expect(connection.byNode.length).toBeGreaterThan(0);
  });

  it("is left to node:http when its rest does not come soon", async () => {
    using connection = await watched();
    await connection.part(text.slice(0, bodyStart));
    await expect.poll(() => connection.byNode.length).toBe(1);
    await connection.part(text.slice(bodyStart));
    await connection.until(/ a body of some bytes;/);
  });

  it("is left to node:http when it trickles", async () => {
    using connection = await watched();
    const long = post("x".repeat(100));
    const letters = long.slice(long.indexOf("x"));
    await connection.part(long.slice(0, -letters.length));
    for (const letter of letters) await connection.part(letter);
    await connection.until(/ x+;/);
    expect(connection.byNode).toHaveLength(1);
  });

  it("counts as under way, and is waited for by a drain", async () => {
    using connection = await watched();
    await connection.part(text.slice(0, bodyStart));
    await expect.poll(connection.active).toBe(1);
    const closed = connection.close(60_000);
    await connection.part(text.slice(bodyStart));
    expect(await connection.ended).toContain(" a body of some bytes;");
    expect(await closed).toBe(0);
  });
});

describe("a connection that brings something else", () => {
  it("is served by node:http from there on", async () => {
    const { port, active } = await listening(echo);
    const { socket, until } = rawHttp(port, get("/1"));
    await until(/\/1 ;/);
    socket.write(get("/2", "x-a: 1\r\nx-a: 2\r\n"));
    await until(/\/2 ;/);
    socket.write(get("/3"));
    await until(/\/3 ;/);
    await expect.poll(active).toBe(0);
    socket.destroy();
  });

  it("answers in order what comes together", async () => {
    const { port } = await listening(echo);
    const { socket, until } = rawHttp(port, get("/1") + get("/2") + post("3") + get("/4"));
    expect(over(await until(/\/4 ;/))).toBe("/1 ;/2 ;/ 3;/4 ;");
    socket.destroy();
  });

  it("answers in order what comes while it answers", async () => {
    const answer = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { port } = await listening(async (request, context) => {
      begun.resolve();
      await answer.promise;
      return echo(request, context);
    });
    const { socket, until } = rawHttp(port, get("/1"));
    await begun.promise;
    const long = "x".repeat(500_000);
    socket.write(get("/2") + post(long));
    socket.write(get("/3"));
    setImmediate(answer.resolve);
    expect(over(await until(/\/3 ;/))).toBe(`/1 ;/2 ;/ ${long};/3 ;`);
    socket.destroy();
  });

  it("is closed when its caller has said that no more comes than what waits", async () => {
    const answer = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const { port, active } = await listening(async (request, context) => {
      begun.resolve();
      await answer.promise;
      return echo(request, context);
    });
    const { socket, ended } = rawHttp(port, get("/1"));
    await begun.promise;
    socket.end(get("/2"));
    await once(socket, "end");
    answer.resolve();
    await ended;
    await expect.poll(active).toBe(0);
    expect((await fetch(`http://127.0.0.1:${port}/3`)).status).toBe(200);
  });

  it("is closed with a long reply when its caller has said that no more comes than what waits", async () => {
    const { slow, active, bytes } = await withLongReply();
    slow.socket.write(get("/1"));
    await expect.poll(active).toBe(1);
    slow.socket.end(get("/2"));
    await new Promise((resolve) => slow.socket.once("finish", resolve));
    slow.socket.resume();
    const received = await slow.ended;
    expect(received.length).toBeGreaterThan(bytes);
    expect(received.match(/HTTP\/1\.1 200/g)).toHaveLength(1);
    await expect.poll(active).toBe(0);
  });

  it.each([1, 10, 40, 60, 75])("takes a request whose first %i bytes come alone", async (bytes) => {
    const { port } = await listening(echo);
    const { socket, until } = rawHttp(port, get("/1"));
    await until(/\/1 ;/);
    const text = post("a body of some bytes");
    socket.setNoDelay(true);
    socket.write(text.slice(0, bytes));
    await new Promise((resolve) => setImmediate(resolve));
    socket.write(text.slice(bytes));
    await until(/some bytes;/);
    socket.destroy();
  });

  it("is refused where its request comes too slowly, as ever", async () => {
    const { port } = await listening(echo, { headersMs: 100, requestMs: 200 });
    const { socket, until, ended } = rawHttp(port, get("/1"));
    await until(/\/1 ;/);
    socket.write("GET / HT");
    expect(await ended).toMatch(/HTTP\/1\.1 408 [\s\S]*REQUEST_TIMEOUT/);
  });

  it("is refused when it is no HTTP, as ever", async () => {
    const { port } = await listening(echo);
    const { socket, until, ended } = rawHttp(port, get("/1"));
    await until(/\/1 ;/);
    socket.write("what?\r\n\r\n");
    expect(await ended).toMatch(/HTTP\/1\.1 400 [\s\S]*REQUEST_INVALID/);
  });
});

describe("a caller that goes", () => {
  it("cancels what it asked for, and is not waited for", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { port, active } = await listening((_, { signal }) => {
      begun.resolve(signal);
      return new Promise(() => {});
    });
    const { socket } = rawHttp(port, get("/"));
    const signal = await begun.promise;
    expect(active()).toBe(1);
    socket.end();
    await once(signal, "abort");
    expect(active()).toBe(0);
  });
});

describe("whoever watches node:http", () => {
  it("by its channel is told of each request", async () => {
    const told: unknown[] = [];
    const tell = (message: unknown) => void told.push(message);
    const { port } = await listening(echo);
    const requests = channel("http.server.request.start");
    requests.subscribe(tell);
    try {
      const { socket, until } = rawHttp(port, get("/1"));
      await until(/\/1 ;/);
      expect(told).toHaveLength(1);
      socket.destroy();
    } finally {
      requests.unsubscribe(tell);
    }
  });

  it("by a patched server is told of each request", async () => {
    const { port } = await listening(echo);
    const told: unknown[] = [];
    const { emit } = Server.prototype;
    Server.prototype.emit = function (this: Server, name: string, ...rest: unknown[]) {
      if (name === "request") told.push(name);
      return Reflect.apply(emit, this, [name, ...rest]);
    } as typeof emit;
    try {
      const { socket, until } = rawHttp(port, get("/1"));
      await until(/\/1 ;/);
      expect(told).toHaveLength(1);
      socket.destroy();
    } finally {
      Reflect.deleteProperty(Server.prototype, "emit");
    }
  });
});
