import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { Duplex } from "node:stream";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plainHeadIn } from "./plain-request.ts";

const MAX = 16_384;
/** The request that a text is; undefined for what is not plain, or not one whole request. */
function read(text: string, headBytesMax = MAX) {
  const head = plainHeadIn(Buffer.from(text, "latin1"), headBytesMax);
  if (head === undefined) return undefined;
  const { bodyStart, bodyBytes, ...request } = head;
  return text.length === bodyStart + bodyBytes ? { ...request, body: text.slice(bodyStart) } : undefined;
}

describe("plainHeadIn", () => {
  it("takes a request apart", () => {
    expect(read("GET /a%20b?x=1 HTTP/1.1\r\nHost: x\r\nX-Two:  a b \r\nx-empty:\r\n\r\n")).toEqual({
      method: "GET",
      target: "/a%20b?x=1",
      headers: { host: "x", "x-two": "a b", "x-empty": "" },
      body: "",
    });
    expect(read("POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\n\r\nhi")?.body).toBe("hi");
  });

  it("says how long a body will be that has not come whole", () => {
    const head = "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n";
    expect(plainHeadIn(Buffer.from(`${head}h`), MAX)).toMatchObject({ bodyStart: head.length, bodyBytes: 3 });
  });

  it.each([
    ["a head that has not come whole", "GET / HTTP/1.1\r\nhost: x\r\n"],
    ["a length that is no number", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: +2\r\n\r\nhi"],
    ["two lengths", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\nhi"],
    ["a header that comes twice", "GET / HTTP/1.1\r\nhost: x\r\nx-a: 1\r\nX-A: 2\r\n\r\n"],
    ["a name that every object has", "GET / HTTP/1.1\r\nhost: x\r\n__proto__: 1\r\n\r\n"],
    ["chunks", "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n"],
    ["an upgrade", "GET / HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: shoal-mux/1\r\n\r\n"],
    ["a connection to be closed", "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n"],
    ["Expect", "POST / HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-length: 2\r\n\r\nhi"],
    ["no host", "GET / HTTP/1.1\r\nx-a: 1\r\n\r\n"],
    ["HTTP/1.0", "GET / HTTP/1.0\r\nhost: x\r\n\r\n"],
    ["a whole URL", "GET http://x/ HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["another method", "PROPFIND / HTTP/1.1\r\nhost: x\r\n\r\n"],
    ["a folded line", "GET / HTTP/1.1\r\nhost: x\r\nx-a: 1\r\n 2\r\n\r\n"],
    ["a space before a colon", "GET / HTTP/1.1\r\nhost: x\r\nx-a : 1\r\n\r\n"],
    ["a bare line feed", "GET / HTTP/1.1\r\nhost: x\nx-a: 1\r\n\r\n"],
    ["a bare carriage return", "GET / HTTP/1.1\r\nhost: x\rx-a: 1\r\n\r\n"],
    ["a byte that is no ASCII", "GET / HTTP/1.1\r\nhost: x\r\nx-a: \xe9\r\n\r\n"],
    ["a NUL", "GET / HTTP/1.1\r\nhost: x\r\nx-a: \0\r\n\r\n"],
    ["an empty line before it", "\r\nGET / HTTP/1.1\r\nhost: x\r\n\r\n"],
  ])("leaves %s to node:http", (_, text) => {
    expect(read(text)).toBeUndefined();
  });

  it("leaves a head that may be too long to node:http", () => {
    const head = "GET / HTTP/1.1\r\nhost: x";
    expect(read(`${head}\r\n\r\n`, head.length)).toBeDefined();
    expect(read(`${head}\r\n\r\n`, head.length - 1)).toBeUndefined();
  });

  it("is done soon with a head that is nearly plain", () => {
    const lines = "x: y\r\n".repeat(2_000);
    expect(read(`GET / HTTP/1.1\r\n${lines}\x7f\r\n\r\n`)).toBeUndefined();
    expect(read(`GET / HTTP/1.1\r\n${lines}${"a".repeat(4_000)}\r\n\r\n`)).toBeUndefined();
  });

  it("understands whatever it takes as node:http does", async () => {
    await fc.assert(
      fc.asyncProperty(almostPlain, async (text) => {
        const own = read(text);
        if (own === undefined) return;
        expect(own).toEqual(await byNode(text));
      }),
      { numRuns: 500 },
    );
  });
});

/** The first nine times in ten, or one of the others. */
function mostly(first: string, ...others: readonly string[]) {
  return fc.oneof({ weight: 9, arbitrary: fc.constant(first) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
}

/** Requests that are plain, and such as differ from one in a few places. */
const almostPlain = fc
  .record({
    method: mostly("POST", "GET", "HEAD", "DELETE", "get", "PUT"),
    target: mostly("/a?b=c", "/", "/a%2f..", "*", "http://x/", "/a b", "/a#b", '/"'),
    version: mostly("HTTP/1.1", "HTTP/1.0", "HTTP/1.1 "),
    lines: fc.array(
      fc.record({
        name: fc.constantFrom(
          "x-a",
          "X-B",
          "cookie",
          "accept",
          "content-length",
          "connection",
          "te",
          "__proto__",
          "x y",
          "",
        ),
        colon: mostly(":", ": ", ":\t", " :", ""),
        value: fc.constantFrom("1", "2", "a, b", "", " 3 ", "keep-alive", "close", "\xff", "a\nb", "a\rb", "02"),
        end: mostly("\r\n", "\n", "\r", "\r\n "),
      }),
      { maxLength: 4 },
    ),
    body: mostly("", "a", "hi", "hi\r\n", "GET / HTTP/1.1\r\n\r\n"),
  })
  .map(({ method, target, version, lines, body }) => {
    const head = lines.map(({ name, colon, value, end }) => name + colon + value + end).join("");
    return `${method} ${target} ${version}\r\nhost: x\r\n${head}\r\n${body}`;
  });

/** The one request that node:http finds in these bytes. */
async function byNode(text: string) {
  const server = createServer();
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const request = once(server, "request") as Promise<[IncomingMessage]>;
  server.emit("connection", socket);
  socket.push(Buffer.from(text, "latin1"));
  const [incoming] = await request;
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  socket.destroy();
  const { method, url, headers } = incoming;
  return { method, target: url, headers, body: Buffer.concat(chunks).toString() };
}
