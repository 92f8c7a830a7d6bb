import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { type FleetFolder, fleetFolder } from "../support/cli.ts";
import { until } from "../support/until.ts";

const QUOTES = `import { contract, get, serve } from "shoal";
import { z } from "zod";
const quotes = contract("quotes", {
  getQuote: get("/quotes/:id", { params: z.object({ id: z.string() }), returns: z.object({ id: z.string() }) }),
  listQuotes: get("/quotes", { returns: z.array(z.string()) }),
});
export default serve(quotes, { getQuote: ({ params }) => params, listQuotes: () => ["42"] });`;

/** Knows nothing of Shoal: answers what quotes answered, and how long that took. */
const WEB = `import { createServer } from "node:http";
createServer(async (request, response) => {
  const startMs = performance.now();
  const reply = await fetch("http://quotes.service" + request.url);
  const body = await reply.text();
  response.end(JSON.stringify({ status: reply.status, tookMs: performance.now() - startMs, body }));
}).listen(process.env.PORT);`;

function fleet(folder: FleetFolder, realm: string): void {
  folder.write("services/quotes.ts", QUOTES);
  folder.write("apps/web.mjs", WEB);
  folder.write("package.json", '{"type": "module"}');
  folder.write(
    "shoal.config.ts",
    `import { fleet, node } from "shoal/fleet";
export default fleet("shop", { quotes: node("services/quotes.ts"), web: node("apps/web.mjs") }, { realm: "${realm}" });`,
  );
}

interface Row {
  readonly service: string;
  readonly address: string;
}

async function webOf({ shoal }: FleetFolder) {
  const rows = JSON.parse((await shoal(["ps", "--json"])).out) as Row[];
  const address = rows.find(({ service }) => service === "web")?.address;
  return async (path: string) =>
    (await (await fetch(`${address}${path}`)).json()) as { status: number; tookMs: number; body: string };
}

it("a fault makes an app's calls slow or fail, is seen as what it is, and ends when told to or by itself", async () => {
  await using folder = fleetFolder();
  const { shoal } = folder;
  fleet(folder, "local");
  const up = await shoal(["up", "--detach"]);
  expect(up, up.err).toMatchObject({ code: 0 });
  const web = await webOf(folder);
  expect(await web("/quotes/42")).toMatchObject({ status: 200 });

  const slow = await shoal([
    "fault",
    "add",
    "quotes",
    "--latency",
    "400ms",
    "--operation",
    "getQuote",
    "--from",
    "web",
  ]);
  expect(slow, slow.err).toMatchObject({
    code: 0,
    out: "calls to quotes: 400 ms slower, only getQuote from web, for 5 min 0 s\n",
  });
  const waited = await until("the app was told", async () => {
    const answer = await web("/quotes/42");
    return answer.tookMs >= 400 && answer;
  });
  expect(waited.status).toBe(200);
  expect((await web("/quotes")).tookMs).toBeLessThan(400);
  expect((await shoal(["ps"])).err).toContain("injected on purpose: calls to quotes: 400 ms slower");
  expect((await shoal(["fault", "rm", "--all"])).out).toBe("ended 1 fault\n");
  await until("the app was told", async () => (await web("/quotes/42")).tookMs < 400);

  const failing = await shoal([
    "fault",
    "add",
    "quotes",
    "--errors",
    "100%",
    "--status",
    "500",
    "--for",
    "6s",
    "--json",
  ]);
  const { id, untilMs } = JSON.parse(failing.out) as { id: string; untilMs: number };
  const failed = await until("the app was told", async () => {
    const answer = await web("/quotes/42");
    return answer.status === 500 && answer;
  });
  expect(JSON.parse(failed.body)).toMatchObject({ code: "FAULT_INJECTED" });
  expect((await shoal(["fault", "ls"])).out).toContain(id);
  const control = folder.record()?.control ?? "";
  await sleep(untilMs - Date.now() + 50); // its snapshot took a moment to the app
  expect((await web("/quotes/42")).status).toBe(200);
  expect(await (await fetch(`${control}/api/v1/faults`)).json()).toEqual([]);

  const traces = await until("a trace tells of it", async () => {
    const { out } = await shoal(["trace", "--attribute", "shoal.fault=400 ms", "--json"]);
    return out.includes("quotes") && out;
  });
  expect(traces).toContain("web");
});

it("is refused in the realm production, with what to do, and nothing is injected", async () => {
  await using folder = fleetFolder();
  const { shoal } = folder;
  fleet(folder, "production");
  const up = await shoal(["up", "--detach"]);
  expect(up, up.err).toMatchObject({ code: 0 });
  const refused = await shoal(["fault", "add", "quotes", "--errors", "100%"]);
  expect(refused).toMatchObject({ code: 1, out: "" });
  expect(refused.err).toContain("the realm production is not one for development");
  expect(refused.err).toContain("[FAULT_REFUSED]");
  expect(refused.err).toContain("SHOAL_FAULTS=allowed");
  expect(await shoal(["fault", "ls", "--json"])).toMatchObject({ code: 0, out: "[]\n" });
  expect(await (await webOf(folder))("/quotes/42")).toMatchObject({ status: 200 });
});
