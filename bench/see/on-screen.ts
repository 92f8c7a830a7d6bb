import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import { controlOf, makeFleet, ps, up } from "../support/fleets.ts";
import { end } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

/** Writes a log line with the greeted name, so that it can be told from all others. */
const LOGGING_SERVICE = `import { contract, get, serve } from "shoal";
import { z } from "zod";

const greeter = contract("greeter", {
  greet: get("/greetings/:name", { params: z.object({ name: z.string() }), returns: z.object({ greeting: z.string() }) }),
});

export default serve(greeter, {
  greet({ params }, context) {
    context.log.info("greeted " + params.name);
    return { greeting: "hello " + params.name };
  },
});
`;

/** What is looked for, by the page that shows it; `mark` is in the request's path and log line, `trace` its trace id. */
const PAGES: readonly (readonly [what: string, path: string, sought: (mark: string, trace: string) => string])[] = [
  ["a log line", "/logs", (mark) => `greeted ${mark}`],
  ["an exchange", "/traffic", (mark) => mark],
  ["a trace", "/traces", (_, trace) => trace],
];

/** From a request to a service until a browser that watches the page has it on screen. */
export async function measureOnScreen(rounds: number): Promise<readonly Result[]> {
  const fleet = makeFleet({ greeter: 1 });
  writeFileSync(join(fleet.folder, "services/greeter.ts"), LOGGING_SERVICE);
  const { child } = await up(fleet.folder);
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const [instance] = ps(fleet.folder) as readonly { readonly address?: string }[];
    const results: Result[] = [];
    for (const [what, path, sought] of PAGES) {
      const page = await browser.newPage();
      await page.goto(`${controlOf(fleet.folder)}${path}`);
      // The first is not measured: it shows that the page is live.
      await timeToScreen(page, instance?.address ?? "", sought);
      const tookMs: number[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        tookMs.push(await timeToScreen(page, instance?.address ?? "", sought));
        say(`on screen, ${what}, round ${round}: ${tookMs.at(-1)?.toFixed(0)} ms`);
      }
      await page.close();
      results.push(atMost(`${what} on screen after it happened`, median(tookMs), 1_000, "ms"));
    }
    return results;
  } finally {
    await browser.close();
    await end(child, "SIGINT");
    fleet.remove();
  }
}

async function timeToScreen(
  page: Page,
  address: string,
  sought: (mark: string, trace: string) => string,
): Promise<number> {
  const mark = `m${randomBytes(6).toString("hex")}`;
  const trace = randomBytes(16).toString("hex");
  const startedMs = performance.now();
  const headers = { traceparent: `00-${trace}-${randomBytes(8).toString("hex")}-03` };
  await (await fetch(`${address}/greetings/${mark}`, { headers })).text();
  await page.waitForFunction((text) => document.body.innerHTML.includes(text), sought(mark, trace), {
    polling: "raf",
    timeout: 20_000,
  });
  return performance.now() - startedMs;
}
