import { describe, expect, it } from "vitest";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { renderedLines } from "../../testing/terminal-emulator.ts";
import { createScreen } from "./screen.ts";

function setup(size: { columns?: number; rows?: number } = {}) {
  const ports = fakeCliPorts({ ...size, isTerminal: true });
  return {
    ports,
    screen: createScreen(ports.stdout, ports),
    seen: () => renderedLines(ports.out(), size.columns ?? 80),
  };
}

describe("createScreen", () => {
  it("overwrites the last frame in place", () => {
    const { screen, seen } = setup();
    screen.draw(["one", "two"]);
    screen.draw(["ONE", "two", "three"]);
    expect(seen()).toEqual(["ONE", "two", "three"]);
  });

  it("leaves nothing of a longer frame or a longer line behind", () => {
    const { screen, seen } = setup();
    screen.draw(["a long line", "second", "third"]);
    screen.draw(["short"]);
    expect(seen()).toEqual(["short"]);
  });

  it("writes nothing when the frame is the same", () => {
    const { ports, screen } = setup();
    screen.draw(["same"]);
    const before = ports.out();
    screen.draw(["same"]);
    expect(ports.out()).toBe(before);
  });

  it("prints above the frame, for good", () => {
    const { screen, seen } = setup();
    screen.draw(["table"]);
    screen.print(["ready in 2 s"]);
    screen.draw(["table 2"]);
    expect(seen()).toEqual(["ready in 2 s", "table 2"]);
  });

  it("shows no more lines than the window has, and says so", () => {
    const { screen, seen } = setup({ rows: 4 });
    screen.draw(["1", "2", "3", "4", "5"]);
    expect(seen()).toEqual(["1", "2", "… 3 more lines: make the window taller"]);
  });

  it("starts at the top of a window that grows after it was too low for a frame", () => {
    const ports = fakeCliPorts({ isTerminal: true });
    let rows = 10;
    const screen = createScreen(ports.stdout, { columns: () => 80, rows: () => rows });
    const drawAt = (next: number) => {
      rows = next;
      const before = ports.out().length;
      screen.draw(["1", "2", "3", "4", "5", String(next)]);
      return ports.out().slice(before);
    };
    expect(drawAt(10)).not.toContain("\x1b[H");
    expect(drawAt(20)).not.toContain("\x1b[H");
    drawAt(4);
    expect(drawAt(20)).toContain("\x1b[H");
  });

  it("makes each frame one write, and hides the cursor only until it is closed", () => {
    const ports = fakeCliPorts();
    const writes: string[] = [];
    const screen = createScreen({ write: (text) => writes.push(String(text)), flush: async () => {} }, ports);
    screen.draw(["1", "2"]);
    screen.close();
    screen.close();
    expect(writes).toHaveLength(2);
    expect(writes[0]).toContain("\x1b[?25l");
    expect(writes[1]).toBe("\x1b[?25h");
  });
});
