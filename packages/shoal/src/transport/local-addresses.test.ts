import { AsyncLocalStorage } from "node:async_hooks";
import { expect, it } from "vitest";
import { isReplayable } from "../core/message.ts";
import { createFakeRuntime } from "../testing/fake-runtime.ts";
import { arrivingContext } from "./arrival.ts";
import { localFirst, serveLocally } from "./local-addresses.ts";
import type { Transport } from "./port.ts";

const ADDRESS = "http://127.0.0.1:20001";
const context = arrivingContext(new AbortController().signal);
const request = { method: "GET", target: "/", headers: {}, body: undefined };
const far: Transport = createFakeRuntime().transport;

it("answers at an address of this process without a socket, and takes the other way everywhere else", async () => {
  const opened: string[] = [];
  const transport = localFirst({
    connect(address, connectionsMax) {
      opened.push(address);
      return far.connect(address, connectionsMax);
    },
  });
  const leave = serveLocally(ADDRESS, async () => ({ status: 204, headers: {}, body: undefined }));
  const connection = transport.connect(ADDRESS);
  expect(await connection.send(request, context)).toMatchObject({ ok: true, reply: { status: 204 } });
  transport.connect("http://127.0.0.1:20002");
  expect(opened).toEqual(["http://127.0.0.1:20002"]);
  leave();
  // As a refused connection: nothing was begun, so it may be tried elsewhere.
  expect(await connection.send(request, context)).toMatchObject({ ok: false, kind: "unsent" });
});

it("runs all that is the service's in its own place: its handler, what hears of a cancellation, its stream", async () => {
  const place = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const see = () => void seen.push(place.getStore());
  const leave = place.run("callee", () =>
    serveLocally(ADDRESS, async ({ target }, { signal }) => {
      see();
      signal.addEventListener("abort", see);
      if (target === "/waits") return new Promise(() => {});
      const next = async () => {
        see();
        return { done: false as const, value: new Uint8Array(1) };
      };
      const end = async () => {
        see();
        return { done: true as const, value: undefined };
      };
      return { status: 200, headers: {}, body: { [Symbol.asyncIterator]: () => ({ next, return: end }) } };
    }),
  );
  await place.run("caller", async () => {
    const connection = localFirst(far).connect(ADDRESS);
    const caller = new AbortController();
    const sent = connection.send({ ...request, target: "/waits" }, arrivingContext(caller.signal));
    await Promise.resolve();
    caller.abort();
    expect(await sent).toMatchObject({ kind: "ambiguous" });
    const { reply } = await connection.send(request, context);
    if (reply === undefined || isReplayable(reply.body)) throw new Error("no stream");
    for await (const _ of reply.body) break;
  });
  leave();
  expect(seen).toEqual(["callee", "callee", "callee", "callee", "callee"]);
});
