import { createServer, type Server } from "node:http";
import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../../testing/virtual-clock.ts";
import { chooseFrontServer } from "./front-server.ts";

/** A server as it looks when it listens: this is about choosing, not about sockets. */
function at(port: number, given: { readonly host?: string; readonly listening?: boolean } = {}): Server {
  const { host = "::", listening = true } = given;
  const address = () => ({ port, address: host, family: host.includes(":") ? "IPv6" : "IPv4" });
  return Object.defineProperties(createServer(), { address: { value: address }, listening: { value: listening } });
}

function make({ port, takesOther = true }: { readonly port?: number; readonly takesOther?: boolean } = {}) {
  const clock = createVirtualClock();
  const chosen: string[] = [];
  const front = chooseFrontServer({ clock, port, takesOther, onChosen: (address) => void chosen.push(address) });
  return { clock, chosen, front };
}

describe("chooseFrontServer", () => {
  it("takes the server on $PORT at once, and no other after it", async () => {
    const { clock, chosen, front } = make({ port: 3_000 });
    front.listening(at(9_100));
    front.listening(at(3_000));
    front.listening(at(9_200));
    await clock.advance(1_000);
    expect(chosen).toEqual(["http://127.0.0.1:3000"]);
  });

  it("takes the first server when there is no $PORT", () => {
    const { chosen, front } = make();
    front.listening(at(8_080));
    front.listening(at(8_081));
    expect(chosen).toEqual(["http://127.0.0.1:8080"]);
  });

  it("takes an app that ignores $PORT as it is, half a second later", async () => {
    const { clock, chosen, front } = make({ port: 3_000 });
    front.listening(at(8_080));
    await clock.advance(499);
    expect(chosen).toEqual([]);
    await clock.advance(1);
    expect(chosen).toEqual(["http://127.0.0.1:8080"]);
  });

  it("changes over when $PORT is listened on after all", async () => {
    const { clock, chosen, front } = make({ port: 3_000 });
    front.listening(at(8_080));
    await clock.advance(500);
    front.listening(at(3_000));
    expect(chosen).toEqual(["http://127.0.0.1:8080", "http://127.0.0.1:3000"]);
  });

  it("waits for the next server when the first has closed again", async () => {
    const { clock, chosen, front } = make({ port: 3_000 });
    front.listening(at(8_080, { listening: false }));
    await clock.advance(500);
    front.listening(at(8_081));
    await clock.advance(500);
    expect(chosen).toEqual(["http://127.0.0.1:8081"]);
  });

  it("leaves a forked child alone that listens elsewhere, and takes one on $PORT", async () => {
    const { clock, chosen, front } = make({ port: 3_000, takesOther: false });
    front.listening(at(8_080));
    await clock.advance(1_000);
    expect(chosen).toEqual([]);
    front.listening(at(3_000));
    expect(chosen).toHaveLength(1);
  });

  it.each([
    ["0.0.0.0", "http://127.0.0.1:80"],
    ["127.0.0.1", "http://127.0.0.1:80"],
    ["::1", "http://[::1]:80"],
    ["10.1.2.3", "http://10.1.2.3:80"],
  ])("reaches a server bound to %s at %s", (host, address) => {
    const { chosen, front } = make();
    front.listening(at(80, { host }));
    expect(chosen).toEqual([address]);
  });

  it("leaves servers on a socket file alone", () => {
    const { chosen, front } = make();
    front.listening(Object.defineProperty(createServer(), "address", { value: () => "/run/app.sock" }));
    expect(chosen).toEqual([]);
  });
});
