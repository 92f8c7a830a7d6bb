import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";
import { startSecondRun } from "./support/two-runs.ts";

const dashboard = useDashboard(startSecondRun);

const rows = (page: Page) => page.getByRole("table", { name: "Operations that differ" }).locator("[data-index]");
const idOf = (page: Page, side: string) => new URL(page.url()).searchParams.get(side) ?? "";

describe.each(THEMES)("in the %s theme", (theme) => {
  test("runs and their comparison have nothing that axe finds serious", async () => {
    const page = await dashboard.openPage("/runs", theme);
    await rows(page).nth(1).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByText("Logs (1)").click();
    await page.getByRole("table", { name: "Warnings and errors of only one run" }).waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("the first run of a fleet says when there will be something to compare", async () => {
  const page = await dashboard.openPage("/runs");
  await rows(page).first().waitFor();
  await page.route("**/api/v1/runs", async (route) => {
    const reply = await route.fetch();
    const { current, runs } = (await reply.json()) as { current: string; runs: readonly unknown[] };
    await route.fulfill({ json: { current, runs: runs.slice(0, 1) } });
  });
  await page.reload();
  await page.getByText("goes on now").waitFor();
  await page.getByText("There is one run so far").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("what changed is said in words, the worst first, and leads to the requests", async () => {
  const page = await dashboard.openPage("/runs");
  await page.getByText("1 fails now, 1 became slower, 1 error is new in the logs.").waitFor();
  const first = rows(page).first();
  await first.getByText("12% of 340 requests failed now; none of 280 requests failed before.").waitFor();
  await rows(page).nth(1).filter({ hasText: "look" }).getByText("slower").waitFor();
  await page.getByText("All operations (4)").click();
  await page.getByText("Only 7 requests before: too few to tell.").waitFor();
  await rows(page).filter({ hasText: "pay" }).getByText("No change beyond chance.").waitFor();
  await first.click();
  await page.waitForURL(/\/traffic\?service=shop&q=buy&side=server&run=[^&]+&status=error/);
});

test("which runs are compared, and what is shown of it, is in the URL", async () => {
  const page = await dashboard.openPage("/runs");
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Swap" }).click();
  await page.getByText("1 became faster, 1 no longer fails.").waitFor();
  const ids = [idOf(page, "before"), idOf(page, "after")];
  expect(new Set(ids).size).toBe(2);
  await page.getByRole("button", { name: "Swap" }).click();
  await expect.poll(() => [idOf(page, "after"), idOf(page, "before")]).toEqual(ids);
  await page.getByText("Logs (1)").click();
  await page.waitForURL(/show=logs/);
  await page.getByText("no price for <b>books</b>").click();
  await page.waitForURL(/\/logs\?service=shop&level=error&q=no\+price\+for/);
  await page.locator("[role=row][data-seq]").filter({ hasText: "no price for" }).nth(4).waitFor();
});
