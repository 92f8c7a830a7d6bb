import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { systemPorts } from "../transport/system-ports.ts";
import { connectControl } from "./control-client.ts";

let authorization: string | undefined;
const server = createServer((request, reply) => {
  authorization = request.headers.authorization;
  if (request.url === "/api/v1/services") {
    reply.setHeader("content-type", "application/json").end("[]");
  } else {
    reply.statusCode = 503;
    reply.setHeader("content-type", "application/problem+json");
    reply.end(JSON.stringify({ code: "STORE_UNAVAILABLE", detail: "the disk is full", status: 503 }));
  }
});
let address = "";
beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe("connectControl", () => {
  it("speaks the control plane's contract at one address", async () => {
    expect(await connectControl(systemPorts, address).listServices()).toEqual([]);
  });

  it("sends the token that it was given, and none otherwise", async () => {
    await connectControl(systemPorts, address, { token: "a long random text" }).listServices();
    expect(authorization).toBe("Bearer a long random text");
    await connectControl(systemPorts, address).listServices();
    expect(authorization).toBeUndefined();
  });

  it("says with one code that nobody answers, and why", async () => {
    const free = await new Promise<string>((resolve) => {
      const other = createServer().listen(0, "127.0.0.1", () => {
        const { port } = other.address() as AddressInfo;
        other.close(() => resolve(`http://127.0.0.1:${port}`));
      });
    });
    await expect(connectControl(systemPorts, free).listServices()).rejects.toMatchObject({
      code: "CONTROL_UNREACHABLE",
      message: expect.stringContaining(free),
      cause: { code: expect.stringMatching(/CONNECT_FAILED|NO_INSTANCE/) },
    });
  });

  it("tells who waits for one that is silent what for, and at last that it runs", async () => {
    const silent = createServer(() => {});
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const clock = createVirtualClock();
    const notes: string[] = [];
    const control = connectControl({ ...systemPorts, clock }, `http://127.0.0.1:${port}`, {
      onSlow: (note) => notes.push(note),
    });
    const asked = Promise.withResolvers<void>();
    silent.on("request", () => asked.resolve());
    const failed = expect(control.listServices()).rejects.toMatchObject({
      code: "CONTROL_UNREACHABLE",
      message: expect.stringContaining("runs but does not answer"),
      hint: expect.stringContaining("after a minute of silence"),
    });
    await asked.promise;
    await clock.advance(5_999);
    expect(notes).toEqual([]);
    await clock.advance(30_000);
    await failed;
    expect(notes).toEqual([expect.stringContaining("has not answered for 6 s")]);
    silent.closeAllConnections();
    silent.close();
  });

  it("passes on what the control plane itself answers", async () => {
    await expect(connectControl(systemPorts, address).listInstances({ query: {} })).rejects.toMatchObject({
      code: "STORE_UNAVAILABLE",
    });
  });
});
