import { describe, expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { type DnsAnswer, dnsRegistry } from "./dns-registry.ts";
import { createResolver } from "./resolver.ts";

const identity = { realm: "local", zone: "local", fallbackRealms: {} };

function make(given: { readonly refreshMsMax?: number } = {}) {
  const clock = createVirtualClock();
  const asked: string[] = [];
  let answer: () => Promise<readonly DnsAnswer[]> = () => Promise.resolve([]);
  const registry = dnsRegistry(
    {
      ports: { clock, random: () => 0 },
      identity,
      lookup: (name) => {
        asked.push(name);
        return answer();
      },
    },
    { suffix: "svc.example.", port: 80, ...given },
  );
  const addresses = (...hosts: readonly string[]) => {
    answer = () => Promise.resolve(hosts.map((host) => ({ host, port: 80, ttlMs: 2_000 })));
  };
  const fail = () => {
    answer = () => Promise.reject(new Error("SERVFAIL"));
  };
  const hang = () => {
    answer = () => new Promise(() => {});
  };
  return {
    clock,
    asked,
    registry,
    addresses,
    fail,
    hang,
    resolver: () => createResolver({ registry, identity, clock }),
  };
}

function addressesOf(set: { readonly instances: readonly { readonly address: string }[] }): readonly string[] {
  return set.instances.map((instance) => instance.address);
}

describe("dnsRegistry", () => {
  it("finds a service at its name, IPv6 too, whatever the order of the answers", async () => {
    const { clock, asked, addresses, resolver } = make();
    const found = resolver();
    addresses("::1", "10.0.0.2", "10.0.0.1");
    found.watch("quotes");
    await clock.advance(0);
    expect(asked).toEqual(["quotes.svc.example"]);
    const set = found.instancesOf("quotes");
    expect(addressesOf(set)).toEqual(["http://10.0.0.1:80", "http://10.0.0.2:80", "http://[::1]:80"]);
    addresses("10.0.0.1", "::1", "10.0.0.2");
    await clock.advance(2_000);
    expect(asked).toHaveLength(2);
    expect(found.instancesOf("quotes")).toBe(set);
  });

  it("looks again when the answer's time is over", async () => {
    const { clock, asked, addresses, resolver } = make();
    const found = resolver();
    addresses("10.0.0.1");
    found.watch("quotes");
    await clock.advance(1_999);
    expect(asked).toHaveLength(1);
    addresses("10.0.0.9");
    await clock.advance(1);
    expect(addressesOf(found.instancesOf("quotes"))).toEqual(["http://10.0.0.9:80"]);
  });

  it.each(["error", "empty answer"])("keeps the last answer after an %s, and says that it is stale", async (kind) => {
    const { clock, addresses, fail, resolver } = make();
    const found = resolver();
    addresses("10.0.0.1");
    found.watch("quotes");
    await clock.advance(0);
    if (kind === "error") fail();
    else addresses();
    await clock.advance(60_000);
    expect(found.instancesOf("quotes").state).toBe("stale");
    expect(addressesOf(found.instancesOf("quotes"))).toEqual(["http://10.0.0.1:80"]);
    addresses("10.0.0.2");
    await clock.advance(1_000);
    expect(found.instancesOf("quotes").state).toBe("ok");
    expect(addressesOf(found.instancesOf("quotes"))).toEqual(["http://10.0.0.2:80"]);
  });

  it("has one look-up of a name under way, however many ask and however long it takes", async () => {
    const { clock, asked, hang, resolver } = make();
    hang();
    for (let count = 0; count < 50; count += 1) resolver().watch("quotes");
    await clock.advance(60_000);
    expect(asked).toHaveLength(1);
  });

  it("looks nothing up after its last watch was closed", async () => {
    const { clock, asked, addresses, resolver } = make();
    const [first, second] = [resolver(), resolver()];
    addresses("10.0.0.1");
    first.watch("quotes");
    second.watch("quotes");
    await clock.advance(0);
    first.close();
    await clock.advance(2_000);
    expect(asked).toHaveLength(2);
    second.close();
    await clock.advance(60_000);
    expect(asked).toHaveLength(2);
    expect(clock.pending()).toBe(0);
  });

  it.each([{ suffix: "" }, { suffix: "a b" }, { suffix: "a", port: 0 }, { suffix: "a", refreshMsMin: 0 }])(
    "refuses %o",
    (options) => {
      const ports = { clock: createVirtualClock(), random: () => 0 };
      expect(() => dnsRegistry({ ports, identity }, options)).toThrow("[OPTION_INVALID]");
    },
  );
});
