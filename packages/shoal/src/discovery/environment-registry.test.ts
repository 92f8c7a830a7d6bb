import { describe, expect, it } from "vitest";
import { SILENT_LOG } from "../core/log.ts";
import { sampleInstance } from "../testing/sample-instance.ts";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { environmentRegistry, staticFirst } from "./environment-registry.ts";
import { identityFrom } from "./identity.ts";
import type { Registry, WatchEvents } from "./port.ts";
import { createResolver } from "./resolver.ts";

const clock = createVirtualClock();
const ports = { clock, random: () => 0 };

describe("environmentRegistry", () => {
  it("finds nobody, and says so at once, when the environment names no registry", () => {
    const identity = identityFrom({}, 1);
    const registry = environmentRegistry({ ports, identity, log: SILENT_LOG, env: {} });
    const resolver = createResolver({ registry, identity, clock });
    resolver.watch("quotes");
    expect(resolver.instancesOf("quotes")).toMatchObject({ state: "ok", instances: [], known: [] });
  });

  it.each(["a b", "example.com:0", "example.com:99999", ":80"])('refuses SHOAL_DNS="%s"', (text) => {
    const options = { ports, identity: identityFrom({}, 1), log: SILENT_LOG };
    expect(() => environmentRegistry({ ...options, env: { SHOAL_DNS: text } })).toThrow("[OPTION_INVALID] SHOAL_DNS");
  });

  it.each(["svc.example", "svc.example:8080"])('asks the DNS with SHOAL_DNS="%s"', (text) => {
    const options = { ports, identity: identityFrom({}, 1), log: SILENT_LOG };
    const registry = environmentRegistry({ ...options, env: { SHOAL_DNS: text } });
    const resolver = createResolver({ registry, identity: options.identity, clock });
    expect(resolver.instancesOf("quotes").state).toBe("pending");
  });

  it("refuses a list that it cannot read", () => {
    const env = { SHOAL_STATIC: "quotes=nowhere" };
    expect(() => environmentRegistry({ ports, identity: identityFrom(env, 1), log: SILENT_LOG, env })).toThrow(
      "[OPTION_INVALID] SHOAL_STATIC",
    );
  });
});

describe("staticFirst", () => {
  it("asks the list for what is in it, and the rest for everything else", () => {
    const added: string[] = [];
    let events: WatchEvents | undefined;
    const rest: Registry = {
      register: () => ({ leave: () => Promise.resolve() }),
      watch(given) {
        events = given;
        return { add: (service) => void added.push(service), close: () => {} };
      },
    };
    const registry = staticFirst([sampleInstance("rates-1")], rest);
    const resolver = createResolver({ registry, identity: identityFrom({}, 1), clock });
    resolver.watch("rates");
    resolver.watch("quotes");
    expect(added).toEqual(["quotes"]);
    expect(resolver.instancesOf("quotes").state).toBe("pending");
    events?.onSnapshot({ revision: 1, instances: [sampleInstance("quotes-1")], services: ["quotes"] });
    expect(resolver.instancesOf("quotes")).toMatchObject({ state: "ok", known: ["rates", "quotes"] });
    expect(resolver.instancesOf("rates").instances).toHaveLength(1);
  });
});
