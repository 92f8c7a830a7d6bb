import { expect, it } from "vitest";
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
