import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, it } from "vitest";
import { until } from "../support/until.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "shoal-see-"));

const SHOP = `import { createServer } from "node:http";

createServer(async (request, response) => {
  if (request.url === "/broken") {
    console.error("ERROR the shelf is empty");
    response.writeHead(500).end("no");
    return;
  }
  const stock = await fetch("http://stock.service/items/1");
  response.writeHead(200, { "content-type": "application/json" }).end(await stock.text());
}).listen(process.env.PORT);
`;
const STOCK = `import { createServer } from "node:http";

createServer((request, response) => {
  console.log("asked for " + request.url);
  response.writeHead(200, { "content-type": "application/json" }).end('{"left":3}');
}).listen(process.env.PORT);
`;

async function shoal(...words: string[]): Promise<string> {
  const command = join(folder, "node_modules/shoal/bin/shoal.mjs");
  const env = { ...process.env, NO_COLOR: "1" };
  return (await run(process.execPath, [command, ...words], { cwd: folder, env })).stdout;
}

beforeAll(async () => {
  symlinkSync(join(inject("installedFolder"), "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "see", private: true, type: "module" }));
  writeFileSync(join(folder, "shop.js"), SHOP);
  writeFileSync(join(folder, "stock.js"), STOCK);
  writeFileSync(
    join(folder, "shoal.config.ts"),
    `import { fleet, node } from "shoal/fleet";\nexport default fleet("see", { shop: node("shop.js"), stock: node("stock.js") });\n`,
  );
  await shoal("up", "--detach", "--control-port", "0");
  await shoal("call", "GET", "http://shop.service/orders");
  await shoal("call", "GET", "http://shop.service/broken").catch(() => {});
});

afterAll(async () => {
  await shoal("down");
  rmSync(folder, { recursive: true, force: true });
});

it("shoal trace finds a request and draws it over both services", async () => {
  const trace = await until("the trace of the order is there, whole", async () => {
    const traces: { traceId: string; spans: number; errors: number; services: { service: string }[] }[] = JSON.parse(
      await shoal("trace", "--json", "--service", "stock"),
    );
    return traces.find(({ services }) => services.some(({ service }) => service === "shop"));
  });
  const drawn = await shoal("trace", trace.traceId.slice(0, 12));
  expect(drawn).toContain(`trace ${trace.traceId}`);
  expect(drawn).toMatch(/^ +shop .*━/m);
  expect(drawn).toMatch(/^ +stock .*━/m);
});

it("shoal trace --errors finds what failed, and nothing else", async () => {
  const traces = await until("the failed request is there", async () => {
    const found: { errors: number; status: number }[] = JSON.parse(await shoal("trace", "--json", "--errors"));
    return found.length > 0 && found;
  });
  expect(traces.every(({ errors }) => errors > 0)).toBe(true);
});

it("shoal traffic lists who called whom, shows one in whole, and gives it as curl and as an archive", async () => {
  const exchange = await until("the call from shop to stock is recorded", async () => {
    const lines = (await shoal("traffic", "shop", "--json")).trim().split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line)).find((one) => one.side === "client" && one.peer === "stock");
  });
  expect(exchange).toMatchObject({ service: "shop", peer: "stock", method: "GET", status: 200 });
  const shown = await shoal("traffic", "--show", exchange.id.slice(0, 12));
  expect(shown).toContain("shop → stock");
  expect(shown).toContain('"left": 3');
  expect(await shoal("traffic", "--curl", exchange.id)).toMatch(/^curl /m);
  await shoal("traffic", "--har", "all.har");
  const { log } = JSON.parse(await readText(join(folder, "all.har")));
  expect(log.version).toBe("1.2");
  expect(log.entries.some((entry: { request: { url: string } }) => entry.request.url.endsWith("/items/1"))).toBe(true);
});

it("shoal logs searches by words, level and trace", async () => {
  const found = await until("the line is there", async () => {
    const lines = (await shoal("logs", "--json", "--grep", "asked items")).trim().split("\n").filter(Boolean);
    return lines.length > 0 && lines.map((line) => JSON.parse(line));
  });
  expect(found.map(({ service, text }) => `${service}: ${text}`)).toEqual(["stock: asked for /items/1"]);
  const errors = (await shoal("logs", "--json", "--level", "error")).trim().split("\n");
  expect(errors.map((line) => JSON.parse(line).text)).toContain("ERROR the shelf is empty");
  expect(errors.join()).not.toContain("asked for");
});

async function readText(file: string): Promise<string> {
  return (await import("node:fs/promises")).readFile(file, "utf8");
}

it("shoal resilience shows who calls whom, and in how many tries", async () => {
  const edge = await until("the call from shop to stock is reported", async () => {
    const told: { edges: { caller: string; callee: string; tenMinutes: Record<string, number> }[] } = JSON.parse(
      await shoal("resilience", "stock", "--json"),
    );
    return told.edges.find(({ caller, callee }) => caller === "shop" && callee === "stock");
  });
  expect(edge.tenMinutes["call"]).toBeGreaterThan(0);
  expect(edge.tenMinutes["attempt"]).toBe(edge.tenMinutes["call"]);
  expect(await shoal("resilience", "stock")).toMatch(/^shop +stock /m);
});
