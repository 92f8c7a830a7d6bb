import { describe, expect, it } from "vitest";
import type { HttpReply } from "../core/message.ts";
import { sampleContext } from "../testing/sample-call.ts";
import { arrivalOf } from "./arrival.ts";
import { drainGate } from "./drain-gate.ts";
import { createLifecycle } from "./lifecycle.ts";

/** The gate before a handler that takes as long as it is told, and what it refused. */
function gate() {
  const lifecycle = createLifecycle();
  const shed: string[] = [];
  const filter = drainGate("quotes", lifecycle, (criticality, reason) => void shed.push(`${criticality} ${reason}`));
  const ask = (headers: Record<string, string> = {}, meanwhile = () => {}): Promise<HttpReply> =>
    filter(
      arrivalOf({ method: "GET", target: "/", headers, body: undefined }, { kind: "own", answer: () => reply }),
      sampleContext(),
      async () => {
        meanwhile();
        return reply;
      },
    );
  const reply: HttpReply = { status: 200, headers: { etag: "1" }, body: undefined };
  return { lifecycle, shed, ask, reply };
}

describe("drainGate", () => {
  it("leaves replies as they are until the server drains", async () => {
    const { lifecycle, ask, reply } = gate();
    expect(await ask()).toBe(reply);
    lifecycle.advance("ready");
    expect(await ask()).toBe(reply);
  });

  it("asks connections to close while the server drains, also of what came before", async () => {
    const { lifecycle, shed, ask, reply } = gate();
    lifecycle.advance("ready");
    const closing = { ...reply, headers: { etag: "1", connection: "close" } };
    expect(await ask({}, () => lifecycle.advance("draining"))).toEqual(closing);
    expect(await ask()).toEqual(closing);
    expect(shed).toEqual([]);
  });

  it("refuses what comes when it is closed, so that another instance takes it, and counts it by what it mattered", async () => {
    const { lifecycle, shed, ask } = gate();
    lifecycle.advance("closed");
    const refused = await ask({ "x-shoal-criticality": "sheddable" });
    expect(refused).toMatchObject({ status: 503, headers: { "x-shoal-nack": "retryable", connection: "close" } });
    expect(Buffer.from(refused.body as Uint8Array).toString()).toMatch(/DRAINING.*this instance of quotes is stopping/);
    await ask();
    expect(shed).toEqual(["sheddable draining", "default draining"]);
  });
});
