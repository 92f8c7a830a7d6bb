import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import type { FleetLine } from "./line-buffer.ts";
import { createLineShipper } from "./line-shipper.ts";

function setUp() {
  const clock = createVirtualClock();
  const sent: { readonly texts: readonly string[]; readonly dropped: number; readonly bytes: number }[] = [];
  const heard: string[] = [];
  let up = true;
  const shipper = createLineShipper(clock, async (lines, dropped) => {
    if (!up) return false;
    sent.push({ texts: lines.map(({ text }) => text), dropped, bytes: Buffer.byteLength(JSON.stringify(lines)) });
    return true;
  });
  shipper.onLines((lines) => heard.push(...lines.map(({ text }) => text)));
  const print = (text: string, instance = "a-1-abcd"): void => {
    const line: FleetLine = { service: "a", instance, stream: "stdout", text, timeMs: clock.wallMs() };
    shipper.push(line);
  };
  return {
    clock,
    shipper,
    sent,
    heard,
    print,
    setUp: (now: boolean) => {
      up = now;
    },
  };
}

describe("a line shipper", () => {
  it("hands out no secret, to nobody", async () => {
    const { clock, sent, heard, print } = setUp();
    print("login password=hunter2 ok");
    await clock.advance(100);
    const shown = ["login password=[redacted] ok"];
    expect([heard, sent.map(({ texts }) => texts)]).toEqual([shown, [shown]]);
  });

  it("hands out what was printed within 100 ms as one batch, to listeners and to the control plane", async () => {
    const { clock, sent, heard, print } = setUp();
    print("one");
    print("two");
    await clock.advance(100);
    expect([heard, sent.map(({ texts }) => texts)]).toEqual([["one", "two"], [["one", "two"]]]);
  });

  it("keeps lines in order while the control plane is down, and sends them when it is back", async () => {
    const { clock, shipper, sent, heard, print, setUp: setControl } = setUp();
    setControl(false);
    print("one");
    await clock.advance(300);
    print("two");
    await clock.advance(300);
    expect([heard, sent]).toEqual([["one", "two"], []]);
    setControl(true);
    shipper.resume();
    await clock.advance(0);
    expect(sent.flatMap(({ texts }) => texts)).toEqual(["one", "two"]);
  });

  it("finds a control plane that is back by itself", async () => {
    const { clock, sent, print, setUp: setControl } = setUp();
    setControl(false);
    print("one");
    await clock.advance(500);
    setControl(true);
    await clock.advance(1_000);
    expect(sent.flatMap(({ texts }) => texts)).toEqual(["one"]);
  });

  it("holds a bounded number of lines, and tells how many it dropped once", async () => {
    const { clock, shipper, sent, print, setUp: setControl } = setUp();
    setControl(false);
    for (let batch = 0; batch < 12; batch += 1) {
      for (let count = 0; count < 1_000; count += 1) print(`${batch}`);
      await clock.advance(100);
    }
    setControl(true);
    shipper.resume();
    await clock.advance(0);
    const lines = sent.flatMap(({ texts }) => texts);
    expect([lines.length, lines[0], sent.map(({ dropped }) => dropped)]).toEqual([10_000, "2", [2_000, 0, 0, 0, 0]]);
  });

  it("says on an instance's behalf that it printed too much", async () => {
    const { clock, sent, heard, print } = setUp();
    for (let count = 0; count < 5_000; count += 1) print("x");
    await clock.advance(100);
    expect(heard.at(-1)).toBe("3000 lines dropped: it prints faster than they can be kept");
    expect(sent[0]?.dropped).toBe(3_000);
  });

  it("sends no body over 1 MiB, whatever the characters", async () => {
    const { clock, sent, print } = setUp();
    for (let instance = 0; instance < 6; instance += 1) {
      for (let count = 0; count < 30; count += 1) print("\ufffd".repeat(16_384), `a-${instance}`);
    }
    await clock.advance(100);
    expect(sent.length).toBeGreaterThan(1);
    for (const { bytes } of sent) expect(bytes).toBeLessThan(1024 * 1024);
  });

  it("sends the last lines when it is closed, and leaves no timer", async () => {
    const { clock, shipper, sent, print } = setUp();
    print("last words");
    await shipper.close();
    expect(sent.flatMap(({ texts }) => texts)).toEqual(["last words"]);
    await clock.advance(5_000);
    expect(clock.pending()).toBe(0);
  });
});
