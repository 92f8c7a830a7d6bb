import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { MemorySocket } from "./memory-socket.ts";

const make = () => {
  const clock = createVirtualClock();
  return { clock, ...MemorySocket.pair("quotes", clock) };
};

async function textOf(socket: MemorySocket): Promise<string> {
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  return text;
}

describe("MemorySocket", () => {
  it("carries bytes both ways, and the end of one way leaves the other open", async () => {
    const { client, server } = make();
    client.end("hello");
    expect(await textOf(server)).toBe("hello");
    server.end("world");
    expect(await textOf(client)).toBe("world");
  });

  it("holds the writer back while nobody reads", async () => {
    const { client, server } = make();
    let written = 0;
    const block = Buffer.alloc(64 * 1_024);
    while (client.write(block, () => {})) written += 1;
    expect(written).toBeLessThan(4);
    const drained = new Promise((resolve) => client.once("drain", resolve));
    server.resume();
    await drained;
  });

  it("keeps what was sent whole readable after the sender has closed", async () => {
    const { client, server } = make();
    server.write("the answer");
    server.destroySoon();
    await new Promise((resolve) => server.once("close", resolve));
    expect(await textOf(client)).toBe("the answer");
  });

  it("closes when the other end is destroyed halfway, without its reason", async () => {
    const { client, server } = make();
    server.on("error", () => {});
    const closed = new Promise((resolve) => client.once("close", resolve));
    let failed = false;
    client.on("error", () => {
      failed = true;
    });
    server.destroy(new Error("secret"));
    await closed;
    expect(failed).toBe(false);
    client.write("into the void");
  });

  it("ends a write to a peer that was destroyed", async () => {
    const { client, server } = make();
    const block = Buffer.alloc(1_024 * 1_024);
    const done = new Promise((resolve) => client.write(block, resolve));
    server.destroy();
    await done;
  });

  it("emits timeout after silence, and not while there is traffic", async () => {
    const { clock, client, server } = make();
    let timeouts = 0;
    client.setTimeout(1_000, () => {
      timeouts += 1;
    });
    server.resume();
    await clock.advance(900);
    client.write("x");
    await clock.advance(900);
    expect(timeouts).toBe(0);
    server.write("y");
    await clock.advance(999);
    expect(timeouts).toBe(0);
    await clock.advance(1);
    expect(timeouts).toBe(1);
  });

  it("delivers every byte in its order, however it is written and read, and then the end", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 40_000 }), { maxLength: 20 });
    const pauses = fc.infiniteStream(fc.boolean());
    await fc.assert(
      fc.asyncProperty(chunks, pauses, async (sent, pause) => {
        const { client, server } = make();
        for (const chunk of sent) client.write(chunk);
        client.end();
        const got: Uint8Array[] = [];
        for await (const chunk of server) {
          got.push(chunk as Uint8Array);
          if (pause.next().value) await new Promise((resolve) => setImmediate(resolve));
        }
        expect(Buffer.concat(got).equals(Buffer.concat(sent))).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it("leaves no timer when the timeout is taken back or the socket is destroyed", () => {
    const { clock, client, server } = make();
    client.setTimeout(1_000);
    client.setTimeout(0);
    server.setTimeout(1_000);
    server.destroy();
    expect(clock.pending()).toBe(0);
  });
});
