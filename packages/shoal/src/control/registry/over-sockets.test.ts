import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { problemReply } from "../../contract/problem.ts";
import { shoalError } from "../../core/errors.ts";
import { SILENT_LOG } from "../../core/log.ts";
import { type ControlRegistry, controlRegistry } from "../../discovery/control-registry.ts";
import { createResolver, type InstanceSet, type Resolver } from "../../discovery/resolver.ts";
import { sampleInstance } from "../../testing/sample-instance.ts";
import { listenHttp } from "../../transport/http-listener.ts";
import { systemClock, systemPorts } from "../../transport/system-ports.ts";
import { startRegistry } from "./start-registry.ts";
import { memoryRegistryStore, type RegistryStore } from "./store.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A control plane that has only a registry. `kill` ends it as a killed process would: every connection is cut. */
async function startControl(port = 0, store: RegistryStore = memoryRegistryStore()) {
  const registry = startRegistry({ clock: systemClock, log: SILENT_LOG, store });
  const asked: string[] = [];
  const listener = await listenHttp({
    service: "shoal-control",
    handler(request, context) {
      asked.push(`${request.method} ${request.target} ${request.headers["authorization"] ?? ""}`.trim());
      const unknown = shoalError("OPERATION_UNKNOWN", { message: request.target });
      return registry.routes(request, context) ?? Promise.resolve(problemReply(unknown, "shoal-control"));
    },
    host: "127.0.0.1",
    port,
    clock: systemClock,
    log: SILENT_LOG,
  });
  const kill = async () => {
    await listener.close(0);
    registry.close();
  };
  ends.push(kill);
  return { registry, asked, kill, port: listener.port, url: `http://127.0.0.1:${listener.port}` };
}

function client(control: string, token?: string): { registry: ControlRegistry; resolver: Resolver } {
  const identity = { control, realm: "local", fallbackRealms: {} };
  const registry = controlRegistry({ ports: systemPorts, identity, log: SILENT_LOG, token });
  const resolver = createResolver({ registry, identity, clock: systemClock });
  ends.push(() => {
    resolver.close();
    registry.close();
  });
  return { registry, resolver };
}

/** Resolves with the first set that is as wanted, now or later; the test's own limit bounds it. */
function when(resolver: Resolver, service: string, wanted: (set: InstanceSet) => boolean): Promise<InstanceSet> {
  return new Promise((resolve) => {
    const cancel = resolver.onChange(service, (set) => {
      if (!wanted(set)) return;
      cancel();
      resolve(set);
    });
    const now = resolver.instancesOf(service);
    if (!wanted(now)) return;
    cancel();
    resolve(now);
  });
}
function has(...ids: readonly string[]) {
  return (set: InstanceSet) =>
    set.state === "ok" &&
    set.instances
      .map((instance) => instance.id)
      .sort()
      .join() === ids.join();
}

describe("the registry over sockets", () => {
  it("tells a watcher of who registers, and at once of who leaves or is taken out", async () => {
    const control = await startControl();
    const { resolver } = client(control.url);
    const services = client(control.url).registry;
    resolver.watch("quotes");
    await when(resolver, "quotes", has());
    const first = services.register(sampleInstance("quotes-1"));
    services.register(sampleInstance("quotes-2"));
    await when(resolver, "quotes", has("quotes-1", "quotes-2"));
    await first.leave();
    await when(resolver, "quotes", has("quotes-2"));
    await services.removeInstances(["quotes-2", "quotes-unknown"]);
    const { lastResort } = await when(resolver, "quotes", has());
    expect(lastResort).toEqual([]); // seen to have ended: nothing to fall back on
  });

  it("adds services without losing sight of those before", async () => {
    const control = await startControl();
    const { resolver, registry } = client(control.url);
    registry.register(sampleInstance("quotes-1"));
    registry.register(sampleInstance("rates-1"));
    resolver.watch("quotes");
    await when(resolver, "quotes", has("quotes-1"));
    const states = new Set<string>();
    resolver.onChange("quotes", (set) => states.add(`${set.state} ${set.instances.length}`));
    resolver.watch("rates");
    await when(resolver, "rates", has("rates-1"));
    registry.register(sampleInstance("quotes-2"));
    await when(resolver, "quotes", has("quotes-1", "quotes-2"));
    expect([...states].filter((state) => state !== "ok 1" && state !== "ok 2")).toEqual([]);
  });

  it.each(["with its memory", "without its memory"])(
    "survives a control plane killed and started again %s: nothing is emptied, everybody comes back",
    async (kind) => {
      const store = memoryRegistryStore();
      const control = await startControl(0, store);
      const { resolver, registry } = client(control.url);
      registry.register(sampleInstance("quotes-1"));
      registry.register(sampleInstance("quotes-2"));
      resolver.watch("quotes");
      await when(resolver, "quotes", has("quotes-1", "quotes-2"));
      const sizes: number[] = [];
      resolver.onChange("quotes", (set) => sizes.push(set.instances.length));

      await control.kill();
      await when(resolver, "quotes", (set) => set.state === "stale");
      const again = await startControl(control.port, kind === "with its memory" ? store : memoryRegistryStore());
      await when(resolver, "quotes", has("quotes-1", "quotes-2"));
      registry.register(sampleInstance("quotes-3"));
      await when(resolver, "quotes", has("quotes-1", "quotes-2", "quotes-3"));
      await waitFor(() => again.registry.instances().length === 3);
      expect(Math.min(...sizes)).toBe(2);
    },
  );

  it("sends the token as a bearer", async () => {
    const control = await startControl();
    const { registry, resolver } = client(control.url, "s3cret");
    await registry.register(sampleInstance("quotes-1")).registered;
    resolver.watch("quotes");
    await when(resolver, "quotes", has("quotes-1"));
    expect(control.asked.length).toBeGreaterThanOrEqual(2);
    for (const line of control.asked) expect(line).toMatch(/ Bearer s3cret$/);
  });

  it("holds to what is known when something else answers at the control plane's address", async () => {
    const listener = await listenHttp({
      service: "other",
      handler: () =>
        Promise.resolve({ status: 200, headers: { "content-type": "text/html" }, body: Buffer.from("<p>") }),
      host: "127.0.0.1",
      port: 0,
      clock: systemClock,
      log: SILENT_LOG,
    });
    ends.push(() => listener.close(0));
    const { resolver } = client(`http://127.0.0.1:${listener.port}`);
    resolver.watch("quotes");
    const set = await when(resolver, "quotes", ({ staleSinceMs }) => staleSinceMs !== undefined);
    expect(set).toMatchObject({ state: "pending", instances: [] });
  });

  it("lets a script end that has registered and watches", async () => {
    const control = await startControl();
    const script = `
      import { controlRegistry } from "./discovery/control-registry.ts";
      import { systemPorts } from "./transport/system-ports.ts";
      import { SILENT_LOG } from "./core/log.ts";
      const identity = { control: "${control.url}", realm: "local", fallbackRealms: {} };
      const registry = controlRegistry({ ports: systemPorts, identity, log: SILENT_LOG });
      registry.watch({ onSnapshot: () => process.stdout.write("heard"), onStale: () => {} }).add("quotes");
      registry.register({ id: "a-1", service: "a", address: "http://127.0.0.1:1", realm: "local", zone: "local", release: "", contract: "" });
    `;
    const cwd = fileURLToPath(new URL("../..", import.meta.url));
    const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", script], { cwd });
    const heard: string[] = [];
    child.stdout.on("data", (text: Buffer) => heard.push(text.toString()));
    child.stderr.on("data", (text: Buffer) => heard.push(text.toString()));
    const [code] = await once(child, "close");
    expect([code, heard.join("")]).toEqual([0, "heard"]);
  });
});

/** Looks every 10 ms; the test's own limit bounds it. */
async function waitFor(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 10));
}
