import { createServer, type RequestListener, type ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { askInMemory } from "../../testing/ask-in-memory.ts";
import { jsonReply } from "../own-paths.ts";
import { replaceNotFound } from "./replace-not-found.ts";

const errors: unknown[] = [];

function serverOf(app: RequestListener, answer = () => jsonReply(200, "ours")) {
  return createServer((request, response) => {
    replaceNotFound(response, answer, (cause) => errors.push(cause));
    app(request, response);
  });
}

/** The ways in which frameworks send a 404. */
const WAYS: Record<string, (response: ServerResponse) => void> = {
  "statusCode and end, as Express": (response) => {
    response.statusCode = 404;
    response.setHeader("content-length", "4");
    response.end("none");
  },
  "writeHead and end, as Fastify": (response) => {
    response.writeHead(404, "Not Here", { "content-length": "4" });
    response.end("none");
  },
  "writes before the end, as a stream": (response) => {
    response.statusCode = 404;
    Readable.from(["no", "ne"]).pipe(response);
  },
  "headers first, the end later": (response) => {
    response.statusCode = 404;
    response.flushHeaders();
    setImmediate(() => response.end());
  },
  "no body": (response) => void response.writeHead(404).end(),
  "encodings and callbacks": (response) => {
    response.statusCode = 404;
    response.write("6e6f", "hex", () => response.end("6e65", "hex"));
  },
};

describe("replaceNotFound", () => {
  it.each(Object.keys(WAYS))("replaces a 404 sent with %s", async (way) => {
    const reply = await askInMemory(
      serverOf((_, response) => WAYS[way]?.(response)),
      "/",
    );
    expect(reply).toMatchObject({ status: 200, text: '"ours"', headers: { "content-length": "6" } });
  });

  it("calls the callback of end when the reply is out", async () => {
    let finished = false;
    const app: RequestListener = (_, response) => {
      response.statusCode = 404;
      response.end("none", () => {
        finished = true;
      });
    };
    await askInMemory(serverOf(app), "/");
    expect(finished).toBe(true);
  });

  it("passes a reply of any other status, streamed or not", async () => {
    const app: RequestListener = (_, response) => {
      response.statusCode = 503;
      response.write("a");
      response.end("b");
    };
    expect(await askInMemory(serverOf(app), "/")).toMatchObject({ status: 503, text: "ab" });
  });

  it("sends no body to HEAD", async () => {
    const reply = await askInMemory(serverOf(empty), "/", { method: "HEAD" });
    expect(reply).toMatchObject({ status: 200, text: "", headers: { "content-length": "6" } });
  });

  it("cuts the reply and says so when ours cannot be made", async () => {
    const fail = () => {
      throw new Error("no answer");
    };
    await expect(askInMemory(serverOf(empty, fail), "/")).rejects.toThrow("socket hang up");
    expect(errors).toMatchObject([{ message: "no answer" }]);
  });
});

const empty: RequestListener = (_, response) => {
  response.statusCode = 404;
  response.end();
};
