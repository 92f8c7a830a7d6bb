import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[];
}

/**
 * What axe-core finds serious or critical on a page, a line each; empty when all is well.
 * @param within A CSS selector; default: the whole page.
 */
export async function axe(page: Page, within = "html"): Promise<readonly string[]> {
  // Not as a script element: the page's policy forbids those, and shall.
  await page.evaluate(source);
  const findings = await page.evaluate(async (selector) => {
    const { axe: checker } = globalThis as unknown as {
      axe: { run: (context: string) => Promise<{ violations: Finding[] }> };
    };
    return (await checker.run(selector)).violations;
  }, within);
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${help}: ${html.slice(0, 200)} (${failureSummary})`),
    );
}
