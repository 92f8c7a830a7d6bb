import { createServer, type RequestListener } from "node:http";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { httpProbe, type Illness, tcpProbe, watchHealth } from "./health-check.ts";

function setUp() {
  const clock = createVirtualClock();
  const seen: string[] = [];
  const askedMs: number[] = [];
  let illness: Illness | undefined = { reason: "not yet", silent: false };
  const watch = watchHealth(
    clock,
    async () => {
      askedMs.push(clock.now());
      return illness;
    },
    {
      onReady: () => seen.push("ready"),
      onHealthy: () => seen.push("healthy"),
      onUnhealthy: ({ reason }) => seen.push(reason),
    },
  );
  return {
    clock,
    watch,
    seen,
    askedMs,
    answer: (next: Illness | undefined) => {
      illness = next;
    },
  };
}

describe("a health check", () => {
  it("asks often at first and less and less, until the first success", async () => {
    const { clock, seen, askedMs, answer } = setUp();
    await clock.advance(3_000);
    const pausesMs = askedMs.slice(1).map((ms, index) => Math.round(ms - (askedMs[index] ?? 0)));
    expect([pausesMs[0], pausesMs.at(-1), seen]).toEqual([25, 250, []]);
    answer(undefined);
    await clock.advance(250);
    expect(seen).toEqual(["ready"]);
  });

  it("asks every 5 s from then on, and tells both answers", async () => {
    const { clock, seen, answer } = setUp();
    answer(undefined);
    await clock.advance(5_100);
    answer({ reason: "GET /health answered 500", silent: false });
    await clock.advance(5_000);
    expect(seen).toEqual(["ready", "healthy", "GET /health answered 500"]);
  });

  it("is silent once closed", async () => {
    const { clock, watch, seen, answer } = setUp();
    watch.close();
    answer(undefined);
    await clock.advance(10_000);
    expect([seen, clock.pending()]).toEqual([[], 0]);
  });
});

async function serving(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    port,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("a probe", () => {
  it.each([
    [200, undefined],
    [204, undefined],
    [302, "GET /health answered 302"],
    [503, "GET /health answered 503"],
  ])("of a path takes %i for %s", async (status, reason) => {
    await using server = await serving((_, reply) => void reply.writeHead(status).end());
    const illness = await httpProbe(server.port, "/health")(1_000);
    expect(illness).toEqual(reason === undefined ? undefined : { reason, silent: false });
  });

  it("of a path takes an answer whose body never ends", async () => {
    await using server = await serving((_, reply) => void reply.write("and on"));
    expect(await httpProbe(server.port, "/health")(1_000)).toBeUndefined();
  });

  it("gives up on a program that accepts and says nothing", async () => {
    await using server = await serving(() => {});
    expect(await httpProbe(server.port, "/health")(50)).toEqual({
      reason: "GET /health: no answer within 50 ms",
      silent: true,
    });
  });

  it("says that nobody listens", async () => {
    const server = await serving(() => {});
    await server[Symbol.asyncDispose]();
    const refused = { reason: expect.stringContaining("ECONNREFUSED"), silent: false };
    expect(await httpProbe(server.port, "/health")(1_000)).toEqual(refused);
    expect(await tcpProbe(server.port)(1_000)).toEqual(refused);
  });

  it("of a port is content with a connection", async () => {
    await using server = await serving(() => {});
    expect(await tcpProbe(server.port)(1_000)).toBeUndefined();
  });
});
