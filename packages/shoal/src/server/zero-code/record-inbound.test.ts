import { createServer, type RequestListener } from "node:http";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { askInMemory } from "../../testing/ask-in-memory.ts";
import { createFakeSurroundings } from "../../testing/fake-surroundings.ts";
import { createRecordingRecorder } from "../../testing/recording-recorder.ts";
import { surround } from "./surround.ts";

function make(app: RequestListener, sampled = true) {
  const server = createServer(app);
  const { around } = createFakeSurroundings();
  const recorder = createRecordingRecorder(sampled);
  surround(server, { ...around, recorder: () => recorder });
  const ask = (path: string, options?: Parameters<typeof askInMemory>[2]) => askInMemory(server, path, options);
  const exchanges = async (count: number) => {
    while (recorder.exchanges.length < count) await new Promise((resolve) => setImmediate(resolve));
    return recorder.exchanges.map((pending) => pending.make());
  };
  return { ask, exchanges, server };
}

describe("recordInbound", () => {
  it("records what an app was asked and what it answered, as it went out", async () => {
    const { ask, exchanges } = make((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        response.writeHead(201, { "Content-Type": "application/json", "Set-Cookie": "sid=S3CRET" });
        response.write('{"token":"S3');
        response.end(`CRET","got":${body.length}}`);
      });
    });
    const reply = await ask("/login?next=%2F&api_key=S3CRET", {
      method: "POST",
      headers: { "content-type": "application/json", cookie: "sid=S3CRET", "x-shoal-caller": "shop" },
      body: '{"password":"S3CRET"}',
    });
    expect(reply).toMatchObject({ status: 201, text: '{"token":"S3CRET","got":21}' });
    const [exchange] = await exchanges(1);
    expect(exchange).toMatchObject({
      side: "server",
      peer: "shop",
      operation: "POST /login",
      url: "http://shop.service/login?next=%2F&api_key=[redacted]",
      status: 201,
      error: "",
      request: { body: { bytes: 21, text: '{"password":"[redacted]"}', truncated: false } },
      reply: { body: { bytes: 27, text: '{"token":"[redacted]","got":21}', truncated: false } },
    });
    expect(exchange?.reply?.headers).toContainEqual(["set-cookie", "[redacted]"]);
    expect(exchange?.request.headers).toContainEqual(["cookie", "[redacted]"]);
  });

  it("shows what was compressed", async () => {
    const { ask, exchanges } = make((_, response) => {
      response.setHeader("content-type", "text/plain");
      response.setHeader("content-encoding", "gzip");
      response.end(gzipSync("password: S3CRET"));
    });
    await ask("/");
    expect((await exchanges(1))[0]?.reply?.body.text).toBe("password: [redacted]");
  });

  it("leaves an app that does not read its request alone, and reads nothing for it", async () => {
    const { ask, exchanges } = make((_, response) => response.end("no thanks"));
    const reply = await ask("/", { method: "POST", headers: { "content-length": "3" }, body: "abc" });
    expect(reply.text).toBe("no thanks");
    expect((await exchanges(1))[0]?.status).toBe(200);
  });

  it("lets an app replace write and end as it is used to", async () => {
    const { ask, exchanges } = make((_, response) => {
      const { end } = response;
      response.end = ((chunk: string) => end.call(response, chunk.toUpperCase(), "utf8")) as typeof response.end;
      response.end("loud");
    });
    expect((await ask("/")).text).toBe("LOUD");
    expect((await exchanges(1))[0]?.reply?.body.text).toBe("LOUD");
  });

  it("counts bytes that are written in other encodings", async () => {
    const { ask, exchanges } = make((_, response) => {
      response.write("6162", "hex");
      response.end("Yw==", "base64");
    });
    expect((await ask("/")).text).toBe("abc");
    expect((await exchanges(1))[0]?.reply?.body).toMatchObject({ text: "abc", bytes: 3 });
  });

  it("records nothing of the paths that Shoal answers, nor of unsampled requests that went well", async () => {
    const { ask, exchanges } = make((request, response) => {
      response.statusCode = request.url === "/broken" ? 500 : 404;
      response.end();
    }, false);
    for (const path of ["/health/live", "/fine", "/broken"]) await ask(path);
    expect((await exchanges(1)).map(({ operation }) => operation)).toEqual(["GET /broken"]);
  });
});
