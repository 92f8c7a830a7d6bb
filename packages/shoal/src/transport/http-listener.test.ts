import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
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

async function listening(handler: Handler, options: Partial<HttpListenerOptions> = {}, port = 0) {
  const log = createRecordingLog();
  const parts = { service: "quotes", handler, host: "127.0.0.1", port, clock: systemClock, log, options };
  const listener = await listenHttp(parts);
  open.push(listener);
  return { ...listener, log, url: `http://127.0.0.1:${listener.port}` };
}

const echo: Handler = async ({ method, target, headers, body }) => ({
  status: 200,
  headers: { "content-type": "application/json" },
  body: Buffer.from(
    JSON.stringify({ method, target, headers, body: String(Buffer.from(await readBody(body, 1_000_000))) }),
  ),
});

describe("listenHttp", () => {
  it("takes a request apart and puts a reply together", async () => {
    const { url } = await listening(echo);
    const reply = await fetch(`${url}/a%20b?x=1&x=2`, { method: "POST", body: "hi", headers: { "X-Twice": "1" } });
    expect(reply.headers.get("content-length")).not.toBeNull();
    expect(await reply.json()).toMatchObject({
      method: "POST",
      target: "/a%20b?x=1&x=2",
      headers: { "x-twice": "1" },
      body: "hi",
    });
  });

  it("joins a header that was sent twice, and reads a chunked body", async () => {
    const { port } = await listening(echo);
    const { ended } = rawHttp(
      port,
      "POST / HTTP/1.1\r\nhost: x\r\nx-a: 1\r\nx-a: 2\r\nset-cookie: a\r\nset-cookie: b\r\n" +
        "transfer-encoding: chunked\r\nconnection: close\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
    );
    expect(await ended).toMatch(/"x-a":"1, 2".*"set-cookie":"a, b".*"body":"hi"/);
  });

  it("takes the path out of a target in absolute form", async () => {
    const { port } = await listening(echo);
    const { ended } = rawHttp(port, "GET http://quotes.service/a?b=1 HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
    expect(await ended).toContain('"target":"/a?b=1"');
  });

  it("sends a reply without a body with its length, but not with 204", async () => {
    const { url } = await listening(async ({ target }) => ({
      status: Number(target.slice(1)),
      headers: {},
      body: undefined,
    }));
    expect((await fetch(`${url}/200`)).headers.get("content-length")).toBe("0");
    expect((await fetch(`${url}/204`)).headers.get("content-length")).toBeNull();
  });

  it("streams a body, several cookies included", async () => {
    const { url } = await listening(async () => ({
      status: 200,
      headers: { "set-cookie": ["a=1", "b=2"] },
      body: (async function* () {
        yield Buffer.from("one ");
        yield Buffer.from("two");
      })(),
    }));
    const reply = await fetch(url);
    expect(reply.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(await reply.text()).toBe("one two");
  });

  it("ends the stream when its reader goes", async () => {
    const ended = Promise.withResolvers<void>();
    const { port } = await listening(async (_, { signal }) => ({
      status: 200,
      headers: {},
      body: (async function* () {
        try {
          yield Buffer.from("tick");
          await once(signal, "abort");
        } finally {
          ended.resolve();
        }
      })(),
    }));
    const { until, socket } = rawHttp(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await until(/tick/);
    socket.destroy();
    await ended.promise;
  });

  it("cuts the connection when a stream fails half-way, so that nobody takes it for whole", async () => {
    const { url, log } = await listening(async () => ({
      status: 200,
      headers: {},
      body: (async function* () {
        yield Buffer.from("half");
        throw new Error("disk");
      })(),
    }));
    const reply = await fetch(url);
    await expect(reply.text()).rejects.toThrow();
    expect(log.lines).toMatchObject([{ level: "error", fields: { error: "disk" } }]);
  });

  it("answers 500 for a handler that rejects or makes a header that cannot be sent", async () => {
    const { url, log } = await listening(async ({ target }) => {
      if (target === "/reject") throw new Error("a handler never rejects");
      return { status: 200, headers: { "x-bad": "a\nb" }, body: undefined };
    });
    for (const path of ["/reject", "/header"]) {
      const reply = await fetch(url + path);
      expect([reply.status, await reply.json()]).toMatchObject([500, { code: "INTERNAL" }]);
    }
    expect(log.at("error")).toHaveLength(2);
  });

  it("aborts the signal when the caller goes before the reply is out, and only then", async () => {
    const begun = Promise.withResolvers<AbortSignal>();
    const { port, url } = await listening(async ({ target }, { signal }) => {
      if (target === "/quick") return { status: 200, headers: { aborted: String(signal.aborted) }, body: undefined };
      begun.resolve(signal);
      return new Promise(() => {});
    });
    expect((await fetch(`${url}/quick`)).headers.get("aborted")).toBe("false");
    const { socket } = rawHttp(port, "GET /slow HTTP/1.1\r\nhost: x\r\n\r\n");
    const signal = await begun.promise;
    expect(signal.aborted).toBe(false);
    socket.destroy();
    await once(signal, "abort");
    expect(signal.reason).toMatchObject({ code: "CANCELLED" });
  });

  it("serves the next request on a connection whose last body nobody read", async () => {
    const { port } = await listening(async ({ target }) => ({ status: 413, headers: {}, body: Buffer.from(target) }));
    const post = (path: string) =>
      `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-length: 100000\r\n\r\n${"x".repeat(100_000)}`;
    const { until, socket } = rawHttp(port, post("/first") + post("/second"));
    expect(await until(/\/second/)).toContain("/first");
    socket.destroy();
  });
});

describe("a body that is read in part", () => {
  const first: Handler = async ({ target, body }) => {
    if (target === "/next") return { status: 200, headers: {}, body: Buffer.from("next") };
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      return { status: 413, headers: {}, body: Buffer.from(`after ${chunk.byteLength > 0}`) };
    }
    return { status: 500, headers: {}, body: undefined };
  };

  it("leaves the connection good for the answer and for the next request", async () => {
    const { port } = await listening(first);
    const { socket, until } = rawHttp(port, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000000\r\n\r\n");
    socket.write("x".repeat(1_000));
    await until(/413[\s\S]*after true/);
    socket.write("x".repeat(999_000));
    socket.write("GET /next HTTP/1.1\r\nhost: x\r\n\r\n");
    await until(/200 OK[\s\S]*next/);
    socket.destroy();
  });
});

describe("listenHttp's limits", () => {
  const forEver: Handler = () => new Promise(() => {});

  it("refuse headers over headerBytesMax with a problem document", async () => {
    const { port } = await listening(echo, { headerBytesMax: 16_384 });
    const { ended } = rawHttp(port, `GET / HTTP/1.1\r\nhost: x\r\nx-big: ${"x".repeat(100_000)}\r\n\r\n`);
    const reply = await ended;
    expect(reply).toMatch(/^HTTP\/1\.1 431 [\s\S]*application\/problem\+json[\s\S]*HEADERS_TOO_LARGE/);
  });

  it("refuse what is no HTTP", async () => {
    const { port } = await listening(echo);
    expect(await rawHttp(port, "\x16\x03\x01\x02\x00 hello\r\n\r\n").ended).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*REQUEST_INVALID/,
    );
  });

  it("close a connection whose headers come too slowly (slow-loris)", async () => {
    const { port } = await listening(echo, { headersMs: 100, requestMs: 200 });
    const { ended } = rawHttp(port, "GET / HTTP/1.1\r\nhost: x\r\nx-slow: ");
    expect(await ended).toMatch(/^HTTP\/1\.1 408 [\s\S]*REQUEST_TIMEOUT/);
  });

  it("close a connection whose body comes too slowly, also when its handler hangs", async () => {
    const { port } = await listening(forEver, { headersMs: 100, requestMs: 200 });
    const { ended } = rawHttp(port, "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhalf");
    expect(await ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("close a connection that sends nothing at all", async () => {
    const { port } = await listening(echo, { headersMs: 100, requestMs: 200 });
    expect(await rawHttp(port).ended).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("close an idle connection after keepAliveMs", async () => {
    const { port } = await listening(echo, { keepAliveMs: 50 });
    const { ended } = rawHttp(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("ask for a connection to be closed after requestsPerConnectionMax", async () => {
    const { port } = await listening(echo, { requestsPerConnectionMax: 2 });
    const one = "GET /1 HTTP/1.1\r\nhost: x\r\n\r\n";
    const { until, socket } = rawHttp(port, one + one);
    expect(await until(/Connection: close/)).toMatch(/Connection: keep-alive[\s\S]*Connection: close/);
    socket.destroy();
  });

  it("refuse connections over connectionsMax", async () => {
    const { port } = await listening(echo, { connectionsMax: 1 });
    const first = rawHttp(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await first.until(/200/);
    expect(await rawHttp(port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n").ended).toBe("");
    first.socket.destroy();
  });
});

describe("listenHttp's address", () => {
  it("names the port that another process has", async () => {
    const other = createServer();
    other.listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as { port: number };
    await expect(listening(echo, {}, port)).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: `[PORT_TAKEN] quotes cannot listen on 127.0.0.1:${port}: another process does`,
      details: { port },
    });
    other.close();
  });

  it("says that a host is not one of this machine", async () => {
    const log = createRecordingLog();
    const parts = { service: "quotes", handler: echo, host: "203.0.113.1", port: 0, clock: systemClock, log };
    await expect(listenHttp(parts)).rejects.toMatchObject({ code: "SERVICE_FAILED", message: /203\.0\.113\.1/ });
  });
});

describe("closing a listener", () => {
  it("lets what is under way finish, closes what is idle at once, and refuses what is new", async () => {
    const answer = Promise.withResolvers<void>();
    const begun = Promise.withResolvers<void>();
    const listener = await listening(async ({ target }) => {
      if (target !== "/idle") {
        begun.resolve();
        await answer.promise;
      }
      return { status: 200, headers: {}, body: Buffer.from("done") };
    });
    const idle = rawHttp(listener.port, "GET /idle HTTP/1.1\r\nhost: x\r\n\r\n");
    await idle.until(/200/);
    const busy = rawHttp(listener.port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await begun.promise;
    const closed = listener.close(10_000);
    await idle.ended;
    await expect(fetch(listener.url)).rejects.toThrow();
    answer.resolve();
    expect(await busy.ended).toMatch(/200 OK[\s\S]*done$/);
    expect(await closed).toBe(0);
  });

  it("lets a connection bring its first request, for a moment, and then closes it", async () => {
    const listener = await listening(echo);
    const late = rawHttp(listener.port);
    await once(late.socket, "connect");
    const never = rawHttp(listener.port);
    await once(never.socket, "connect");
    await expect.poll(() => fetch(listener.url).then(({ status }) => status)).toBe(200); // so both were accepted
    const closed = listener.close(60_000);
    await expect.poll(() => fetch(listener.url).catch(() => "refused")).toBe("refused");
    late.socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    expect(await late.ended).toMatch(/^HTTP\/1\.1 200 /);
    expect(await never.ended).toBe("");
    expect(await closed).toBe(0);
  });

  it("sends a long reply to its end, however slowly it is read", async () => {
    const bytes = 20 * 2 ** 20;
    const listener = await listening(async () => ({ status: 200, headers: {}, body: Buffer.alloc(bytes, "x") }));
    const slow = rawHttp(listener.port);
    slow.socket.pause();
    slow.socket.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await expect.poll(() => listener.active()).toBe(1);
    const closed = listener.close(60_000);
    await expect.poll(() => fetch(listener.url).catch(() => "refused")).toBe("refused");
    slow.socket.resume();
    expect((await slow.ended).length).toBeGreaterThan(bytes);
    expect(await closed).toBe(0);
  });

  it("serves connections that only the kernel has accepted so far", async () => {
    const listener = await listening(echo);
    const sent = "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    const crowd = Array.from({ length: 50 }, () => rawHttp(listener.port, sent));
    await Promise.all(crowd.map(({ socket }) => once(socket, "connect")));
    const closed = listener.close(10_000);
    for (const { ended } of crowd) expect(await ended).toMatch(/^HTTP\/1\.1 200 /);
    expect(await closed).toBe(0);
  });

  it("cuts what is not done in time, and tells how many", async () => {
    const begun = Promise.withResolvers<void>();
    const listener = await listening(() => {
      begun.resolve();
      return new Promise(() => {});
    });
    const busy = rawHttp(listener.port, "GET / HTTP/1.1\r\nhost: x\r\n\r\n");
    await begun.promise;
    expect(await listener.close(20)).toBe(1);
    expect(await busy.ended).toBe("");
  });

  it("can be asked twice", async () => {
    const listener = await listening(echo);
    await listener.close(0);
    expect(await listener.close(0)).toBe(0);
    await pause(0);
  });
});
