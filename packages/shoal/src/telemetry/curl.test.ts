import { execFile } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toCurl } from "./curl.ts";
import type { CapturedMessage } from "./records.ts";

const run = promisify(execFile);

interface Got {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}
let got: Got | undefined;
const server = createServer((request, response) => {
  void (async () => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    got = { method: request.method, url: request.url, headers: request.headers, body: Buffer.concat(chunks) };
    response.end("ok");
  })();
});
let origin = "";
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const NONE = { bytes: 0, truncated: false, encoding: "utf8", text: "" } as const;
const asText = (body: string) => ({ ...NONE, bytes: Buffer.byteLength(body), text: body });
const message = (body: CapturedMessage["body"], headers: CapturedMessage["headers"] = []) => ({ headers, body });

async function send(command: string): Promise<Got> {
  got = undefined;
  await run("bash", ["-c", command]);
  if (!got) throw new Error(`nothing came of ${command}`);
  return got;
}

describe("toCurl", () => {
  it("sends any text as it is", async () => {
    const piece = fc.constantFrom(
      "'",
      '"',
      "$x",
      "`id`",
      "\\",
      "\n",
      "\r\n",
      "@",
      "%20",
      "é",
      "😀",
      "\0",
      "\u001b[2J",
      "\u009b",
      "\u202e",
      "!",
      "  ",
      "[redacted]",
    );
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: piece, minLength: 1, maxLength: 20 }), async (body) => {
        const { body: sent } = await send(
          toCurl({ method: "POST", url: `${origin}/a`, request: message(asText(body)) }),
        );
        expect(sent.toString()).toBe(body);
      }),
      { numRuns: 25 },
    );
  });

  it("holds nothing that a terminal obeys, wherever it came from", () => {
    const evil = "\u001b]0;a\u0007\u009b2J\0\u202eb";
    const headers = [["x-a", evil] as const, [`x-${evil}`, "b"] as const];
    const command = toCurl({ method: "POST", url: `${origin}/${evil}`, request: message(asText(evil), [...headers]) });
    expect(command.replaceAll("\n", "")).not.toMatch(/[\p{Cc}\u2028-\u202e\u2066-\u2069]/u);
    expect(command).toContain("%1B]0;a%07%C2%9B2J%00%E2%80%AEb");
  });

  it("sends any bytes as they are", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), async (bytes) => {
        const body = {
          ...NONE,
          bytes: bytes.length,
          encoding: "base64",
          text: Buffer.from(bytes).toString("base64"),
        } as const;
        const sent = await send(toCurl({ method: "PUT", url: `${origin}/a`, request: message(body) }));
        expect(sent.method).toBe("PUT");
        expect(sent.body).toEqual(Buffer.from(bytes));
      }),
      { numRuns: 15 },
    );
  });

  it("sends method, path, query and headers as they were", async () => {
    const headers = [
      ["x-quote", "it's $HOME"],
      ["x-empty", ""],
      ["content-length", "5"],
      ["content-type", "application/json"],
    ] as const;
    const url = `${origin}/a/../b/[1]{2}?q=it's&r=%20*`;
    const sent = await send(toCurl({ method: "PATCH", url, request: message(asText("[1]"), headers) }));
    expect(sent).toMatchObject({ method: "PATCH", url: "/a/../b/[1]{2}?q=it's&r=%20*" });
    expect(sent.headers).toMatchObject({ "x-quote": "it's $HOME", "x-empty": "", "content-type": "application/json" });
  });

  it("adds no content type, and waits for no body of HEAD", async () => {
    const posted = await send(toCurl({ method: "POST", url: origin, request: message(asText("x")) }));
    expect(posted.headers["content-type"]).toBeUndefined();
    expect((await send(toCurl({ method: "HEAD", url: origin, request: message(NONE) }))).method).toBe("HEAD");
  });

  it("leaves out what was redacted, and says so", async () => {
    const headers = [
      ["authorization", "[redacted]"],
      ["x\n; rm", "[redacted]"],
      ["accept", "text/plain"],
    ] as const;
    const body = { ...asText("[redacted]"), bytes: 99_999, truncated: true };
    const command = toCurl(
      { method: "POST", url: "http://quotes.service/a?token=[redacted]", request: message(body, headers) },
      { origin },
    );
    expect(command.split("\n").filter((line) => line.startsWith("#"))).toEqual([
      "# left out, because they were redacted: authorization, xrm",
      "# the URL holds [redacted]",
      "# the body holds [redacted]",
      "# the body is cut: it had 99999 bytes",
    ]);
    const sent = await send(command);
    expect(sent.headers["authorization"]).toBeUndefined();
    expect(sent.headers["accept"]).toBe("text/plain");
    expect(toCurl({ method: "GET", url: "http://quotes.service/a", request: message(NONE) })).toBe(
      "# a service is found by name inside its fleet only\ncurl -sS 'http://quotes.service/a'",
    );
  });

  it("needs nothing of node", async () => {
    const { readFile } = await import("node:fs/promises");
    for (const file of ["curl.ts", "har.ts", "redacted.ts"]) {
      const source = await readFile(`${import.meta.dirname}/${file}`, "utf8");
      expect(source.match(/from "(?!\.\/(?:records|redacted)\.ts)[^"]*"|\bBuffer\b|\bprocess\b/g) ?? []).toEqual([]);
    }
  });
});
