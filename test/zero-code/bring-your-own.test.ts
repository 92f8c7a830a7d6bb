import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

/** A copy of the example, so that its fleet and the state it leaves are the test's own. */
let folder: string;

async function shoal(...args: readonly string[]): Promise<string> {
  const bin = join(root, "packages/shoal/bin/shoal.mjs");
  return (await run(process.execPath, ["-C", "shoal-source", bin, ...args], { cwd: folder })).stdout;
}

const ask = async (url: string) => JSON.parse(await shoal("call", "GET", url)) as unknown;

interface Row {
  readonly service: string;
  readonly state: string;
  readonly address: string | null;
  readonly pid: number;
}
const instances = async () => JSON.parse(await shoal("ps", "--json")) as readonly Row[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "shoal-bring-your-own-"));
  const source = join(root, "examples/bring-your-own");
  cpSync(source, folder, { recursive: true, filter: (path) => !/node_modules|\.shoal/.test(path) });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  await shoal("up", "--detach");
});
afterAll(async () => {
  await shoal("down");
  rmSync(folder, { recursive: true, force: true });
});

describe("examples/bring-your-own", () => {
  it("runs programs of every kind, none of which knows Shoal", async () => {
    const states = (await instances()).map(({ service, state }) => `${service} ${state}`);
    expect(states.toSorted()).toEqual([
      "catalog ready",
      "pages ready",
      "reports ready",
      "shop ready",
      "stock ready",
      "stock ready",
      "ticker ready",
    ]);
  });

  it("lets Express call Fastify, and Fastify a bare server", async () => {
    expect(await ask("http://shop.service/orders/1002")).toEqual({
      id: "1002",
      customer: "Grace",
      lines: [
        { sku: "boots", name: "Rubber boots", priceCents: 4_500, inStock: 0, quantity: 2 },
        { sku: "umbrella", name: "Umbrella, black", priceCents: 1_900, inStock: 12, quantity: 1 },
      ],
      totalCents: 10_900,
    });
  });

  it("lets Python call Express, and Express a line of shell", async () => {
    expect(await ask("http://reports.service/report")).toEqual({ orders: 2, totalCents: 12_800 });
    expect(await shoal("call", "GET", "http://shop.service/terms")).toContain("Umbrellas may be returned dry");
  });

  it("fails no request while the instances of a service are replaced", async () => {
    const shop = (await instances()).find(({ service }) => service === "shop");
    const before = (await instances()).filter(({ service }) => service === "stock").map(({ pid }) => pid);
    const statuses = new Set<number>();
    let stopped = false;
    const traffic = Array.from({ length: 4 }, async () => {
      while (!stopped) statuses.add((await fetch(`${shop?.address}/orders/1002`)).status);
    });
    await shoal("restart", "stock");
    stopped = true;
    await Promise.all(traffic);
    const after = (await instances()).filter(({ service }) => service === "stock").map(({ pid }) => pid);
    expect(after.filter((pid) => before.includes(pid))).toEqual([]);
    expect([...statuses]).toEqual([200]);
  });
});
