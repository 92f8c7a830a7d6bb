import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { InstanceStatus } from "../../packages/shoal/src/control/api/contract.ts";
import { node } from "../../packages/shoal/src/control/fleet/definition.ts";
import { askControl, fleetFolder, isRunning, runFleet, startFleet, type TestFleet } from "../supervisor/fleets.ts";
import { until } from "../support/until.ts";

const folder = join(import.meta.dirname, "../fixtures/fleets/shop");
const services = { till: node(join(folder, "till.ts")), stock: node(join(folder, "stock.ts")) };

let fleet: TestFleet;

beforeAll(async () => {
  fleet = await startFleet(services, { groups: { shop: ["till", "stock"] } });
  await bothReady();
});

afterAll(() => fleet[Symbol.asyncDispose]());

async function bothReady(): Promise<void> {
  await until("both are ready", () => fleet.supervisor.instances().every(({ state }) => state === "ready"));
}

/** Waits until the process is another one, and ready. */
async function replaced(pid: number | null): Promise<void> {
  await until("a new process", () => fleet.one("till").pid !== pid && fleet.one("till").pid !== null);
  await bothReady();
}

async function post(service: string, path: string, body?: unknown): Promise<Response> {
  const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body ?? {}) };
  return fetch(`${fleet.one(service).address}${path}`, sent);
}

function printed(service: string): readonly string[] {
  return fleet.lines.filter((line) => line.service === service).map(({ text }) => text);
}

it("gives each service a row, a port and an id of its own, and both the same process", async () => {
  const [till, stock] = [fleet.one("till"), fleet.one("stock")];
  expect(till).toMatchObject({ state: "ready", group: "shop", pid: stock.pid, restarts: 0, reason: null });
  expect(till.address).not.toBe(stock.address);
  expect(stock.instance).toMatch(/^stock-1-\w{4}$/);
  expect(await (await fetch(`${stock.address}/pid`)).json()).toEqual({ pid: till.pid });
  const known = await (await fetch(`${stock.address}/.well-known/shoal`)).json();
  expect(known).toMatchObject({ name: "stock", instance: stock.instance });
  expect((await post("till", "/sell")).status).toBe(200);
});

it("says of each line whose it is: printed by a handler, at the top of a file, in pieces, to either stream", async () => {
  expect((await post("till", "/say", { text: "good morning" })).status).toBe(200);
  await post("till", "/sell");
  await until("the lines have come", () => printed("till").includes("good morning, aloud"));
  expect(printed("till")).toContain("good morning");
  expect(printed("stock")).toContain("the shelves are filled");
  await until("the stock has counted", () => printed("stock").some((text) => text.endsWith(" left")));
  expect(printed("shop").filter((text) => !text.startsWith("ready in"))).toEqual([]);
});

it.each(["throw", "reject", "exit"])("names the service whose code ends the process by a %s", async (how) => {
  await bothReady();
  const { pid } = fleet.one("till");
  await post("till", "/crash", { how });
  const why =
    how === "exit" ? "exited with code 3: it called process.exit(3)" : "exited with code 1: Error: the till is broken";
  await until("the reason is there", () => fleet.one("till").reason);
  expect(fleet.one("till").reason).toBe(why);
  expect(fleet.one("stock").reason).toBe(`till ended the process they share: ${why}`);
  // What Node prints of the crash is the till's too.
  if (how !== "exit") await until("its lines", () => printed("till").includes("Error: the till is broken"));
  await replaced(pid);
  expect(fleet.one("till").reason).toBeNull();
});

it("tells whose code the event loop stands still in, and where, while it does", async () => {
  await bothReady();
  const { pid } = fleet.one("till");
  const reasons = new Map<string, string>();
  const cancel = fleet.supervisor.onChange(() => {
    for (const { service, reason } of fleet.supervisor.instances()) if (reason !== null) reasons.set(service, reason);
  });
  // The watch begins a while after the start: the first standstill may come too early for it.
  const says = async () => {
    await (await post("till", "/block?ms=4000")).text();
    return reasons.size > 0;
  };
  await until("the row says so", says, 60_000);
  cancel();
  expect(reasons.get("till")).toMatch(
    /^its event loop stands still in (?:usedMs|standStill) \(.*shop\/till\.ts:\d+\)$/,
  );
  expect(reasons.get("stock")).toBe(`till holds up the process they share: ${reasons.get("till")}`);
  await until("it runs on", () => printed("till").some((text) => text.startsWith("runs on after")));
  expect(fleet.one("till")).toMatchObject({ pid, reason: null, state: "ready" });
});

it("attributes what services send by the global fetch, though they share its connections", async () => {
  const outside = createServer((_, reply) => void reply.end("{}"));
  await new Promise<void>((listening) => outside.listen(0, "127.0.0.1", listening));
  const clerk = { ...services, clerk: node(join(folder, "clerk.ts")) };
  await using other = await startFleet(clerk, { groups: { shop: ["till", "stock", "clerk"] } });
  await other.supervisor.settled();
  const { port } = outside.address() as AddressInfo;
  for (const url of ["http://stock.service/pid", `http://127.0.0.1:${port}/world`]) {
    for (const service of ["till", "clerk", "till", "clerk"]) {
      const sent = { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ url }) };
      expect((await fetch(`${other.one(service).address}/fetch`, sent)).status).toBe(200);
    }
  }
  outside.close();
  const sentBy = async (path: string) => {
    const { exchanges } = await askControl<{ exchanges: readonly Record<string, string>[] }>(
      other.supervisor,
      "/api/v1/exchanges?side=client&limit=100",
    );
    return exchanges
      .filter(({ operation }) => operation === `GET ${path}`)
      .map(({ service }) => service)
      .sort();
  };
  const four = ["clerk", "clerk", "till", "till"];
  await until("all are recorded", async () => (await sentBy("/world")).length + (await sentBy("/pid")).length >= 8);
  expect(await sentBy("/pid")).toEqual(four);
  expect(await sentBy("/world")).toEqual(four);
});

it("drains all services together: no request fails whose handler still calls its neighbour", async () => {
  await bothReady();
  const { pid } = fleet.one("till");
  const sales = Array.from({ length: 20 }, (_, index) => post("till", `/sell?ms=${50 * (index + 1)}`));
  // What was sent before it has come in before it.
  await post("till", "/say", { text: "closing" });
  fleet.supervisor.restart("stock");
  const statuses = (await Promise.all(sales)).map(({ status }) => status);
  expect(statuses).toEqual(sales.map(() => 200));
  await replaced(pid);
});

it("stops one service by starting the process without it, and starts it again", async () => {
  await bothReady();
  const { pid } = fleet.one("till");
  fleet.supervisor.stopService("stock");
  await until("the stock has stopped", () => fleet.one("stock").state === "stopped");
  await fleet.state("till", "ready");
  expect(fleet.one("stock").pid).toBeNull();
  expect(fleet.one("till").pid).not.toBe(pid);
  fleet.supervisor.startService("stock");
  await bothReady();
  expect(fleet.one("stock").pid).toBe(fleet.one("till").pid);
});

it("lets the others serve when one cannot start, and says why it cannot", async () => {
  const broken = { ...services, broken: node(join(folder, "broken.ts")) };
  await using other = await startFleet(broken, { groups: { shop: ["till", "stock", "broken"] } });
  await other.supervisor.settled();
  expect(other.one("stock").state).toBe("ready");
  expect(other.one("broken")).toMatchObject({ state: "failed", address: null });
  expect(other.one("broken").reason).toContain("there is no key");
});

it("restarts the process when a file of one of its services changes, and repairs what the change broke", async () => {
  const own = mkdtempSync(join(tmpdir(), "shoal-group-"));
  const source = resolve(import.meta.dirname, "../../packages/shoal/src/index.ts");
  const write = (name: string, body: string) =>
    writeFileSync(
      join(own, `${name}.mjs`),
      `import { contract, get, serve } from ${JSON.stringify(source)};
       export default serve(contract("${name}", { get: get("/", {}) }), ${body});`,
    );
  write("left", "{ get() {} }");
  write("right", "{ get() {} }");
  const sides = { left: node(join(own, "left.mjs")), right: node(join(own, "right.mjs")) };
  await using other = await startFleet(sides, { groups: { both: ["left", "right"] }, watch: true });
  await other.supervisor.settled();
  const { pid } = other.one("left");
  write("right", "() => { throw new Error('not today'); }");
  await until("the right one fails", () => other.one("right").reason?.includes("not today"));
  expect(other.one("left").pid).not.toBe(pid);
  await other.state("left", "ready");
  expect(other.one("left").restarts).toBe(1);
  write("right", "{ get() {} }");
  await other.state("right", "ready");
  expect(other.one("right").restarts).toBe(2);
  rmSync(own, { recursive: true });
});

it("leaves nothing behind when its supervisor is killed", async () => {
  using at = fleetFolder(services, { groups: { shop: ["till", "stock"] } });
  using run = runFleet(at.configFile);
  const { settled } = await run.next("settled");
  const [first] = settled as readonly InstanceStatus[];
  const pid = first?.pid ?? 0;
  expect(isRunning(pid)).toBe(true);
  process.kill(run.pid, "SIGKILL");
  await until("its process has gone", () => !isRunning(pid));
});

it("runs as often as its services have instances, and restarts one process after the other", async () => {
  const twice = {
    till: node(join(folder, "till.ts"), { instances: 2 }),
    stock: node(join(folder, "stock.ts"), { instances: 2 }),
  };
  await using other = await startFleet(twice, { groups: { shop: ["till", "stock"] } });
  await other.supervisor.settled();
  const pids = () => new Set(other.supervisor.instances().map(({ pid }) => pid));
  const before = pids();
  expect(before.size).toBe(2);
  let failures = 0;
  let going = true;
  const load = (async () => {
    while (going) {
      const ready = other.supervisor.instances().find(({ service, state }) => service === "till" && state === "ready");
      if (ready === undefined) failures += 1;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  other.supervisor.restart("till");
  await until("both are new", () => {
    const now = other.supervisor.instances();
    return now.every(({ pid, state }) => state === "ready" && !before.has(pid));
  });
  going = false;
  await load;
  expect(failures).toBe(0);
});
