import { join, resolve } from "node:path";
import { chromium, type Page } from "playwright-core";
import { end, startUntil } from "../support/processes.ts";

const root = resolve(import.meta.dirname, "../..");
const SYNTHETIC = join(root, "web/dev/synthetic-control.ts");

/** A page of its own, with an empty cache, closed after the visit. */
export type Visitor = <Visit>(visit: (page: Page, url: string) => Promise<Visit>) => Promise<Visit>;

/**
 * Runs with the dashboard of a made-up fleet in Debian's Chromium. The control plane is imitated, so that only the
 * browser's side is measured.
 * @param parameters Of web/dev/synthetic-control.ts.
 */
export async function withSyntheticFleet<Found>(
  parameters: readonly string[],
  task: (visitor: Visitor) => Promise<Found>,
): Promise<Found> {
  const program = [SYNTHETIC, ...parameters];
  const { child, match } = await startUntil(process.execPath, program, { cwd: root, line: /http:\S+/ });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    return await task(async (visit) => {
      const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
      const visited = await visit(await context.newPage(), match[0]);
      await context.close();
      return visited;
    });
  } finally {
    await browser.close();
    await end(child, "SIGTERM");
  }
}
