import { describe, expect, it } from "vitest";
import { callInMemory, serveInMemory } from "../../testing/mux-pair.ts";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { Handler } from "../port.ts";
import { FrameReader } from "./frame-reader.ts";
import { HeadWriter } from "./head-writer.ts";
import { type Hello, writeHello } from "./hello.ts";
import { MUX_DEFAULTS, type MuxOptions } from "./options.ts";
import { FLAG_END, FLAG_IGNORABLE, GO_AWAY, KIND } from "./protocol.ts";

const { hello, request, reply, data, credit, cancel, ping, pong, goAway } = KIND;

function frame(kind: number, call: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(8);
  header.writeUIntBE(payload.length, 0, 3);
  header[3] = kind;
  header.writeUInt32BE(call, 4);
  return Buffer.concat([header, payload]);
}

const helloOf = (settings: Partial<Hello>) => frame(hello, 0, writeHello({ ...MUX_DEFAULTS, ...settings }));
const HELLO = helloOf({});
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};

function headOf(isRequest: boolean, headers = {}): Buffer {
  const writer = new HeadWriter();
  if (isRequest) writer.request({ method: "GET", target: "/", headers, body: undefined });
  else writer.reply(200, headers);
  const bytes = Buffer.alloc(writer.bytes);
  writer.writeTo(bytes, 0);
  return bytes;
}

const asks = (call: number) => frame(request | FLAG_END, call, headOf(true));

/** What a peer of ours was told. */
function recorder() {
  const frames: {
    readonly kind: number;
    readonly call: number;
    readonly bytes: number;
    readonly code: number;
    readonly text: string;
  }[] = [];
  const reader = new FrameReader(2 ** 20, ({ kind, call, bytes, start, end }) => {
    const isGoAway = kind === goAway;
    frames.push({
      kind,
      call: isGoAway ? bytes.readUInt32BE(start) : call,
      bytes: end - start,
      code: isGoAway ? (bytes[start + 4] ?? -1) : (bytes[start] ?? -1),
      text: isGoAway ? bytes.toString("utf8", start + 5, end) : "",
    });
  });
  return { frames, receive: (bytes: Buffer) => reader.push(bytes), lost: () => {} };
}

const answerAtOnce: Handler = async () => ({ status: 200, headers: {}, body: undefined });

const answerBytes: Handler = async () => ({ status: 200, headers: {}, body: Buffer.alloc(3_011) });

function server(options: Partial<MuxOptions> = {}, handler = answerAtOnce) {
  const clock = createVirtualClock();
  const { session, wire, log } = serveInMemory({ clock, options, handler });
  const peer = recorder();
  wire.receiver = peer;
  const say = async (...frames: readonly Buffer[]) => {
    session.receive(Buffer.concat(frames));
    await clock.advance(0);
  };
  const ending = () => peer.frames.find(({ kind }) => kind === goAway);
  return { session, wire, log, clock, say, ending, frames: peer.frames };
}

describe("a server's mux connection", () => {
  it.each([
    ["no HELLO first", [asks(1)], GO_AWAY.protocol, "no HELLO"],
    ["HTTP", [Buffer.from("GET / HTTP/1.1\r\nhost: x\r\n\r\n")], GO_AWAY.tooLarge, "a frame of"],
    ["a version of its own", [frame(hello, 0, Buffer.from([9]))], GO_AWAY.unsupported, "version 9"],
    ["a HELLO twice", [HELLO, HELLO], GO_AWAY.protocol, "kind 0"],
    ["a kind that nobody knows", [HELLO, frame(60, 0)], GO_AWAY.protocol, "kind 60"],
    ["a reply", [HELLO, frame(reply | FLAG_END, 1, headOf(false))], GO_AWAY.protocol, "kind 2"],
    ["call 0", [HELLO, asks(0)], GO_AWAY.protocol, "call 0"],
    ["a call twice", [HELLO, asks(1), asks(1)], GO_AWAY.protocol, "call 1 after call 1"],
    ["a call before the last", [HELLO, asks(5), asks(4)], GO_AWAY.protocol, "call 4 after call 5"],
    ["a call over the highest", [HELLO, asks(2 ** 31)], GO_AWAY.protocol, "call 2147483648"],
    ["the number of no call", [HELLO, asks(2 ** 32 - 1)], GO_AWAY.protocol, "call 4294967295"],
    [
      "data of a call over the highest",
      [HELLO, frame(data, 2 ** 32 - 1, Buffer.from("x"))],
      GO_AWAY.protocol,
      "the last",
    ],
    ["an empty request", [HELLO, frame(request, 1)], GO_AWAY.protocol, "a head"],
    ["a head that is cut", [HELLO, frame(request, 1, headOf(true).subarray(0, 7))], GO_AWAY.protocol, "a head"],
    [
      "a head too large",
      [HELLO, frame(request, 1, headOf(true, { "x-a": "a".repeat(17_000) }))],
      GO_AWAY.tooLarge,
      "a head of",
    ],
    [
      "a body too large for the frame of its head",
      [HELLO, frame(request | FLAG_END, 1, Buffer.concat([headOf(true), Buffer.alloc(16_385)]))],
      GO_AWAY.tooLarge,
      "a body of 16385",
    ],
    ["a frame too large", [HELLO, Buffer.from([1, 0, 1, 3, 0, 0, 0, 1])], GO_AWAY.tooLarge, "a frame of 65537"],
    [
      "half a body with a head",
      [HELLO, frame(request, 1, Buffer.concat([headOf(true), Buffer.from("x")]))],
      GO_AWAY.protocol,
      "part",
    ],
    ["data of no call", [HELLO, frame(data | FLAG_END, 7, Buffer.from("x"))], GO_AWAY.protocol, "call 7"],
    ["data without data", [HELLO, asks(1), frame(data, 1)], GO_AWAY.protocol, "without data"],
    ["a credit of nothing", [HELLO, frame(credit, 0, u32(0))], GO_AWAY.flowControl, "credit of 0"],
    ["credit without end", [HELLO, frame(credit, 0, u32(2 ** 31 - 1))], GO_AWAY.flowControl, "credit of"],
    [
      "a credit of nothing before a reply",
      [HELLO, asks(1), frame(credit, 1, u32(0))],
      GO_AWAY.flowControl,
      "credit of 0",
    ],
    [
      "credit without end before a reply",
      [HELLO, asks(1), frame(credit, 1, u32(2 ** 30)), frame(credit, 1, u32(2 ** 30))],
      GO_AWAY.flowControl,
      "credit of",
    ],
    ["a credit that is cut", [HELLO, frame(credit, 0, Buffer.alloc(3))], GO_AWAY.protocol, "3 bytes"],
    ["a ping that is cut", [HELLO, frame(ping, 0, Buffer.alloc(7))], GO_AWAY.protocol, "7 bytes"],
    ["a pong that is cut", [HELLO, frame(pong, 0, Buffer.alloc(9))], GO_AWAY.protocol, "9 bytes"],
    ["a cancel that is cut", [HELLO, frame(cancel, 1)], GO_AWAY.protocol, "0 bytes"],
    ["a GO_AWAY that is cut", [HELLO, frame(goAway, 0, Buffer.alloc(4))], GO_AWAY.protocol, "GO_AWAY"],
  ])("that brings %s is ended with the reason, told to both", async (_, frames, code, why) => {
    const { say, ending, wire, log, session } = server();
    await say(...frames);
    expect(ending()).toMatchObject({ code });
    expect(ending()?.text).toContain(why);
    expect(log.at("warn")[0]).toContain(why);
    expect([wire.isClosed(), session.isOver]).toEqual([true, true]);
    await say(asks(9));
    expect(session.callsUnderWay).toBe(0);
  });

  it("that brings what may be passed over goes on", async () => {
    const { say, frames } = server();
    await say(HELLO, frame(60 | FLAG_IGNORABLE, 3, Buffer.from("news")), frame(cancel, 99, Buffer.from([0])), asks(1));
    expect(frames.map(({ kind }) => kind)).toEqual([hello, reply]);
  });

  it("names the last call that it began when it is ended", async () => {
    const { say, ending } = server();
    await say(HELLO, asks(3), asks(8), frame(60, 0));
    expect(ending()).toMatchObject({ call: 8, code: GO_AWAY.protocol });
  });

  it("that brings more data than its windows take is ended", async () => {
    const open = frame(request, 1, headOf(true));
    const stuck: Handler = () => new Promise(() => {});
    const whole = server({ callWindowBytes: 1_024, connectionWindowBytes: 2_048 }, stuck);
    await whole.say(HELLO, open, frame(data, 1, Buffer.alloc(1_025)));
    expect(whole.ending()).toMatchObject({ code: GO_AWAY.flowControl });
    const several = server({ callWindowBytes: 1_024, connectionWindowBytes: 2_048 }, stuck);
    const calls = [1, 2, 3].flatMap((call) => [
      frame(request, call, headOf(true)),
      frame(data, call, Buffer.alloc(1_000)),
    ]);
    await several.say(HELLO, ...calls);
    expect(several.ending()).toMatchObject({
      code: GO_AWAY.flowControl,
      text: expect.stringContaining("connection's window"),
    });
  });

  it("that brings data of a call over the highest is ended although it takes no new calls", async () => {
    const { say, ending, session, frames } = server({}, () => new Promise(() => {}));
    await say(HELLO, asks(1));
    session.drain();
    await say(frame(pong, 0, Buffer.alloc(8)), asks(2), frame(data, 2, Buffer.from("x")));
    expect([ending()?.code, session.isOver]).toEqual([GO_AWAY.drain, false]);
    await say(frame(data, 2 ** 31, Buffer.from("x")));
    expect(frames.at(-1)).toMatchObject({ kind: goAway, code: GO_AWAY.protocol });
  });

  it("answers the highest call that there may be", async () => {
    const { say, frames } = server();
    await say(HELLO, asks(2 ** 31 - 1));
    expect(frames.at(-1)).toMatchObject({ kind: reply, call: 2 ** 31 - 1 });
  });

  it("takes as large a body with its head as it said", async () => {
    const { say, frames } = server({ inlineBytesMax: 0 });
    await say(HELLO, asks(1));
    expect(frames.at(-1)).toMatchObject({ kind: reply, call: 1 });
    const usual = server();
    await usual.say(HELLO, frame(request | FLAG_END, 1, Buffer.concat([headOf(true), Buffer.alloc(16_384)])));
    expect(usual.frames.at(-1)).toMatchObject({ kind: reply, call: 1 });
  });

  it("counts the credit that comes before its reply", async () => {
    const { say, frames } = server({}, answerBytes);
    const hello = helloOf({ callWindowBytes: 1_024, inlineBytesMax: 0 });
    await say(hello, asks(1), frame(credit, 1, u32(1_000)), frame(credit, 1, u32(100_000)), asks(2));
    const sent = (id: number) => frames.filter(({ kind, call }) => kind === data && call === id);
    expect(sent(1).map(({ bytes }) => bytes)).toEqual([3_011]);
    expect(sent(2).map(({ bytes }) => bytes)).toEqual([1_024]);
  });

  it("sends a body in frames of its own when it does not fit behind its head", async () => {
    const { say, frames, log } = server({}, answerBytes);
    await say(helloOf({ frameBytesMax: 1_024 }), asks(1));
    const head = headOf(false, { "content-length": "3011" }).length;
    expect(frames.slice(1).map(({ kind, bytes }) => [kind, bytes])).toEqual([
      [reply, head],
      [data, 1_024],
      [data, 1_024],
      [data, 963],
    ]);
    expect(log.lines).toEqual([]);
  });

  it("says that it was idle when that is why it goes away", async () => {
    const { say, ending, clock } = server({ idleMs: 60_000 });
    await say(HELLO);
    await clock.advance(70_000);
    expect(ending()).toMatchObject({ code: GO_AWAY.drain, text: "idle" });
    const stopped = server();
    stopped.session.drain();
    await stopped.say(HELLO);
    expect(stopped.ending()?.text).toBe("the server is stopping");
  });

  it("refuses calls over its limit, and says that they were not begun", async () => {
    const { say, frames, session } = server({ callsMax: 2 }, () => new Promise(() => {}));
    await say(HELLO, asks(1), asks(2), asks(3));
    expect(frames.slice(1)).toMatchObject([{ kind: cancel, call: 3, code: 1 }]);
    expect(session.callsUnderWay).toBe(2);
  });

  it("begins no more at once than may be when calls are reset as fast as they come, and ends (CVE-2023-44487)", async () => {
    let begun = 0;
    const { say, ending, session, log } = server({ callsMax: 10, cancelsMax: 50 }, () => {
      begun += 1;
      return new Promise(() => {});
    });
    const attack = Array.from({ length: 1_000 }, (_, index) => [
      asks(index + 1),
      frame(cancel, index + 1, Buffer.from([0])),
    ]).flat();
    await say(HELLO, ...attack);
    expect(begun).toBe(10);
    expect(session.callsUnderWay).toBe(10);
    const quick = server({ cancelsMax: 50 }, () => new Promise(() => {}));
    await quick.say(HELLO, ...attack);
    expect(quick.ending()).toMatchObject({ code: GO_AWAY.tooMany });
    expect(ending()).toBeUndefined();
    expect(log.lines).toEqual([]);
  });

  it("answers pings, and ends a flood of them", async () => {
    const { say, ending, frames } = server({ pingsMax: 100 });
    const marked = frame(ping, 0, Buffer.from("12345678"));
    await say(HELLO, ...Array.from({ length: 100 }, () => marked));
    expect(frames.filter(({ kind }) => kind === pong)).toHaveLength(100);
    expect(ending()).toBeUndefined();
    await say(marked);
    expect(ending()).toMatchObject({ code: GO_AWAY.tooMany });
  });

  it("aborts a call whose client says that it goes away at once", async () => {
    const aborted: unknown[] = [];
    const { say, session } = server({}, (_, { signal }) => {
      signal.addEventListener("abort", () => aborted.push(signal.reason));
      return new Promise(() => {});
    });
    await say(HELLO, asks(1), frame(goAway, 0, Buffer.concat([u32(0), Buffer.from([3]), Buffer.from("broken\n")])));
    expect(aborted).toHaveLength(1);
    expect(session.isOver).toBe(true);
  });

  it("keeps nothing of calls that it has answered, although their bodies never end", async () => {
    const { say, session, clock, frames, log } = server({ idleMs: 60_000 });
    const open = Array.from({ length: 100 }, (_, index) => frame(request, index + 1, headOf(true)));
    await say(HELLO, ...open, frame(data, 7, Buffer.from("late")), frame(data | FLAG_END, 8, Buffer.from("late")));
    expect(frames.filter(({ kind }) => kind === reply)).toHaveLength(100);
    await clock.advance(70_000); // one that still had calls would not count as idle
    expect([session.isOver, log.lines]).toEqual([true, []]);
  });

  it("is closed for good when the client only says that it ends, or goes away and leaves it at that", async () => {
    const half = server();
    await half.say(HELLO, asks(1));
    half.session.ended();
    expect([half.session.isOver, half.wire.isClosed()]).toEqual([true, true]);
    await half.clock.advance(1_000);
    expect(half.wire.isDestroyed()).toBe(true);
    const away = server();
    await away.say(HELLO, frame(goAway, 0, Buffer.concat([u32(0), Buffer.from([3])])));
    await away.clock.advance(1_000);
    expect(away.wire.isDestroyed()).toBe(true);
  });

  it("fails a request whose body does not come in time", async () => {
    const failed: unknown[] = [];
    const { say, clock, frames } = server({}, async ({ body }) => {
      try {
        for await (const _ of body as AsyncIterable<Uint8Array>);
      } catch (cause) {
        failed.push(cause);
      }
      return { status: 408, headers: {}, body: undefined };
    });
    await say(HELLO, frame(request, 1, headOf(true)));
    for (let part = 0; part < 40; part += 1) {
      await clock.advance(1_000);
      await say(frame(data, 1, Buffer.from("x")));
    }
    expect(failed).toMatchObject([{ code: "REQUEST_TIMEOUT" }]);
    expect(frames.filter(({ kind }) => kind === reply)).toHaveLength(1);
  });
});

function client(options: Partial<MuxOptions> = {}) {
  const clock = createVirtualClock();
  const { session, wire, log, send, told } = callInMemory({ clock, options });
  const peer = recorder();
  wire.receiver = peer;
  const say = async (...frames: readonly Buffer[]) => {
    session.receive(Buffer.concat(frames));
    await clock.advance(0);
  };
  return { session, wire, log, clock, send, told, say, frames: peer.frames };
}

describe("a client's mux connection", () => {
  it("makes no calls before the server has said what it takes", async () => {
    const { send, say, session } = client();
    await expect(send()).rejects.toThrow("cannot carry");
    await say(HELLO);
    expect(session.callsMax).toBe(1_024);
  });

  it.each([
    ["a reply to a call that nobody made", frame(reply | FLAG_END, 2, headOf(false))],
    ["a request", asks(1)],
    ["a reply without a status", frame(reply | FLAG_END, 1, Buffer.alloc(7))],
    ["data before a reply", frame(data, 1, Buffer.from("x"))],
    ["half a body with a head", frame(reply, 1, Buffer.concat([headOf(false), Buffer.from("x")]))],
    ["two replies", Buffer.concat([frame(reply, 1, headOf(false)), frame(reply, 1, headOf(false))])],
    [
      "a reply, then another that is whole",
      Buffer.concat([frame(reply, 1, headOf(false)), frame(reply | FLAG_END, 1, headOf(false))]),
    ],
  ])("that brings %s is ended, and its calls are ambiguous", async (_, bytes) => {
    const { send, say, session, log } = client();
    await say(HELLO);
    const sent = send();
    await say(bytes);
    const outcome = await sent;
    if (outcome.ok) expect(outcome.reply.body).toBeDefined();
    else expect(outcome).toMatchObject({ kind: "ambiguous" });
    expect(session.isOver).toBe(true);
    expect(log.at("warn")).toHaveLength(1);
  });

  it("passes over what comes for a call that was given up", async () => {
    const { send, say, session, clock } = client({ memoryBytesMax: 10 });
    await say(HELLO);
    void send();
    await clock.advance(0);
    const body = { "content-length": "5" };
    await say(frame(reply, 1, headOf(false, body)), frame(data, 1, Buffer.alloc(11)));
    expect(session.callsUnderWay).toBe(0); // more than it said
    await say(frame(data | FLAG_END, 1, Buffer.alloc(11)), frame(reply | FLAG_END, 1, headOf(false)));
    expect(session.isOver).toBe(false);
  });

  it("has its calls after the last that was begun as unsent when the server ends with an error", async () => {
    const { send, say, clock } = client();
    await say(HELLO);
    const sent = [send(), send()];
    await clock.advance(0);
    await say(frame(goAway, 0, Buffer.concat([u32(1), Buffer.from([4]), Buffer.from("enough")])));
    expect(await Promise.all(sent)).toMatchObject([{ kind: "ambiguous" }, { kind: "unsent" }]);
  });

  it("tells which calls were not begun, and those whose reply was broken off", async () => {
    const { send, say, clock } = client();
    await say(HELLO);
    const sent = [send(), send()];
    await clock.advance(0);
    await say(frame(cancel, 1, Buffer.from([1])), frame(cancel, 2, Buffer.from([2])));
    expect(await Promise.all(sent)).toMatchObject([
      { kind: "nacked", error: { code: "OVERLOADED" } },
      { kind: "ambiguous", error: { code: "CONNECTION_LOST" } },
    ]);
  });

  it("knows that its last call was refused, although the server goes away", async () => {
    const { send, say, clock, session } = client();
    await say(HELLO);
    const sent = send();
    await clock.advance(0);
    const open = Buffer.concat([u32(2 ** 32 - 1), Buffer.from([0])]);
    await say(frame(goAway, 0, open), frame(cancel, 1, Buffer.from([1])));
    expect(await sent).toMatchObject({ kind: "nacked" });
    expect(session.isOver).toBe(true);
  });

  it("is closed for good when the server only says that it ends", async () => {
    const { say, session, wire, clock } = client();
    await say(HELLO);
    session.ended();
    expect([session.isOver, wire.isClosed(), clock.pending()]).toEqual([true, true, 1]);
    await clock.advance(1_000);
    expect(wire.isDestroyed()).toBe(true);
  });
});
