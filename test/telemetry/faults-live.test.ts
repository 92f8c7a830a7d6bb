import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { startControlPlane } from "./start-control-plane.ts";

it("takes fifty watchers and refuses more, with what to do", async () => {
  await using plane = await startControlPlane();
  const end = new AbortController();
  const watch = () => fetch(`${plane.url}/api/v1/live?topics=fleet,logs`, { signal: end.signal });
  const replies = await Promise.all(Array.from({ length: 60 }, watch));
  const refused = replies.filter(({ status }) => status === 503);
  expect(replies.filter(({ ok }) => ok)).toHaveLength(50);
  expect(refused).toHaveLength(10);
  expect(await refused[0]?.json()).toMatchObject({ code: "LIMIT_REACHED", hint: expect.stringContaining("tabs") });
  end.abort();
});

it("shows what came of a reply that never ends, for the time that was asked", async () => {
  const ticking = createServer((_, response) => {
    const timer = setInterval(() => response.write("tick\n"), 20);
    response.on("close", () => clearInterval(timer));
  });
  ticking.listen(0, "127.0.0.1");
  await once(ticking, "listening");
  await using plane = await startControlPlane();
  const id = `ticks-${randomBytes(4).toString("hex")}`;
  const place = { realm: "local", zone: "local", release: "dev", contract: "" };
  const address = `http://127.0.0.1:${(ticking.address() as AddressInfo).port}`;
  const send = (method: string, path: string, body: object) =>
    fetch(plane.url + path, { method, headers: { "content-type": "application/json" }, body: JSON.stringify(body) });
  const registered = await send("PUT", `/registry/v1/instances/${id}`, { id, service: "ticks", address, ...place });
  expect(registered.status).toBe(200);
  const sent = await send("POST", "/api/v1/send", { service: "ticks", method: "GET", target: "/", deadlineMs: 500 });
  expect(await sent.json()).toMatchObject({
    status: 200,
    error: "",
    body: { truncated: true, text: expect.stringContaining("tick\n") },
  });
  ticking.closeAllConnections();
  ticking.close();
});
