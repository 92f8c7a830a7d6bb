import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();

const run = (id: string, startMs: number, endMs: number | null) => ({
  ...{ id, fleet: "tuition", startMs, endMs, spans: 40, logs: 30, exchanges: 20, requests: 10, errors: 1 },
});
const side = (requests: number, errorRatio: number, p50Ms: number) => ({
  requests,
  errorRatio,
  p50Ms,
  p99Ms: p50Ms * 4,
});
const runs = [run("now", 1_790_000_000_000, null), run("old", 1_780_000_000_000, 1_780_000_600_000)];
const operations = [
  { service: "rates", operation: "getRate", verdict: "slower", before: side(900, 0, 4), after: side(800, 0, 12) },
  { service: "quotes", operation: "createQuote", verdict: "fails", before: side(280, 0, 9), after: side(340, 0.12, 9) },
  { service: "schools", operation: "getSchool", verdict: "same", before: side(7, 0, 1), after: side(900, 0, 1) },
];
const logs = [{ service: "quotes", level: "error", pattern: "no rate for <b>…</b>", before: 0, after: 5 }];

/** A fleet has one run while a test goes on; that two are compared well the history's tests hold. */
async function withTwoRuns(page: Page): Promise<void> {
  await page.route("**/api/v1/runs", (route) => route.fulfill({ json: { current: "now", runs } }));
  await page.route("**/api/v1/runs/compare*", (route) =>
    route.fulfill({ json: { before: runs[1], after: runs[0], operations, logs } }),
  );
  await page.reload();
  await page.getByRole("heading", { name: "What changed" }).waitFor();
}

const rows = (page: Page) => page.getByRole("table", { name: "Operations that differ" }).locator("[data-index]");

describe.each(THEMES)("in the %s theme", (theme) => {
  test("runs and their comparison have nothing that axe finds serious", async () => {
    const page = await dashboard.openPage("/runs", theme);
    await withTwoRuns(page);
    expect(await axe(page)).toEqual([]);
    await page.getByText("Logs (1)").click();
    await page.getByRole("table", { name: "Warnings and errors of only one run" }).waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("the first run of a fleet says when there will be something to compare", async () => {
  const page = await dashboard.openPage("/runs");
  await page.getByText("goes on now").waitFor();
  await page.getByText("There is one run so far").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("what changed is said in words, the worst first, and leads to the requests", async () => {
  const page = await dashboard.openPage("/runs");
  await withTwoRuns(page);
  await page.getByText("1 fail now, 1 became slower, 1 error is new in the logs.").waitFor();
  expect(await rows(page).first().textContent()).toContain("12% of 340 requests failed now; none of 280");
  await page.getByText("All operations (3)").click();
  await page.getByText("Only 7 requests before: too few to tell.").waitFor();
  await rows(page).first().click();
  await page.waitForURL(/\/traffic\?service=quotes&q=createQuote&side=server&run=now&status=error/);
});

test("which runs are compared, and what is shown of it, is in the URL", async () => {
  const page = await dashboard.openPage("/runs");
  await withTwoRuns(page);
  await page.getByRole("button", { name: "Swap" }).click();
  await page.waitForURL(/before=now&after=old/);
  await page.getByText("Logs (1)").click();
  await page.waitForURL(/show=logs/);
  await page.getByText("no rate for <b>…</b>").click();
  await page.waitForURL(/\/logs\?service=quotes&level=error&q=no\+rate\+for/);
});
