import { describe, expect, it } from "vitest";
import { HEARTBEAT, itemEvent, namedEvent } from "../contract/event-stream.ts";
import type { HttpReply } from "../core/message.ts";
import { fakeCliPorts } from "../testing/fake-cli-ports.ts";
import { isEventStream, printItems } from "./stream-items.ts";

const reply = (body: HttpReply["body"]): HttpReply => ({
  status: 200,
  headers: { "content-type": "text/event-stream" },
  body,
});
const NEVER = new AbortController().signal;

async function* chunks(...list: Uint8Array[]) {
  yield* list;
}

describe("printItems", () => {
  it("prints each item as a line of JSON, and nothing of the rest", async () => {
    const ports = fakeCliPorts();
    const body = chunks(itemEvent('{"n":1}'), HEARTBEAT, itemEvent('{"n":"\\u001b[2J"}'), namedEvent("end", "{}"));
    expect(await printItems(ports, reply(body), NEVER, { callee: "clock.watch" })).toBe(2);
    expect(ports.out().split("\n")).toEqual(['{"n":1}', expect.not.stringContaining("\u001b"), ""]);
  });

  it("throws the problem that ended it, and CONNECTION_LOST when it broke off", async () => {
    const problem = chunks(itemEvent("1"), namedEvent("problem", '{"code":"gone","detail":"it went","status":410}'));
    const ports = fakeCliPorts();
    await expect(printItems(ports, reply(problem), NEVER, { callee: "clock.watch" })).rejects.toMatchObject({
      code: "gone",
      status: 410,
    });
    expect(ports.out()).toBe("1\n");
    const cut = printItems(ports, reply(chunks(itemEvent("1"))), NEVER, { callee: "clock.watch" });
    await expect(cut).rejects.toMatchObject({ code: "CONNECTION_LOST" });
    await expect(printItems(ports, reply(Buffer.from("data: {\n\n")), NEVER, { callee: "x" })).rejects.toMatchObject({
      code: "REPLY_INVALID",
    });
  });

  it("ends without an error when its reader wants no more", async () => {
    const leaving = new AbortController();
    async function* body() {
      yield itemEvent("1");
      leaving.abort();
      throw new Error("aborted");
    }
    expect(await printItems(fakeCliPorts(), reply(body()), leaving.signal, { callee: "clock.watch" })).toBe(1);
  });
});

it("knows a stream by its content type", () => {
  expect(isEventStream(reply(undefined))).toBe(true);
  expect(isEventStream({ status: 200, headers: { "content-type": "application/json" }, body: undefined })).toBe(false);
});
