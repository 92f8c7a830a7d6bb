import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";
import { reportTroubledCalls } from "./support/troubled-calls.ts";

const dashboard = useDashboard();
let calls: ReturnType<typeof reportTroubledCalls> | undefined;
beforeAll(() => {
  calls = reportTroubledCalls(dashboard.url());
});
afterAll(() => calls?.stop());

const API = "**/api/v1/resilience?*";
const ALL = "**/api/v1/resilience";
const DETAILS = "/resilience?from=shop&to=prices";

const row = (page: Page, from: string, to: string) =>
  page
    .getByRole("table", { name: "Calls between services" })
    .locator("[data-index]")
    .filter({ hasText: from + to });
const details = (page: Page) => page.getByRole("complementary", { name: "Details" });

describe.each(THEMES)("in the %s theme", (theme) => {
  test("the page and its details have nothing that axe finds serious", async () => {
    const page = await dashboard.openPage("/resilience", theme);
    await row(page, "shop", "prices").waitFor();
    expect(await axe(page)).toEqual([]);
    await row(page, "shop", "prices").click();
    await details(page).getByText("prices-4").waitFor();
    await details(page).getByRole("img").first().waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("what is wrong is said in words, the worst first; ways that are well show their rates", async () => {
  const page = await dashboard.openPage("/resilience");
  const first = page.locator("[data-index='0']");
  await first.getByText("retry budget spent").waitFor();
  await first.filter({ hasText: "shopprices" }).waitFor();
  await row(page, "driver", "edge").getByText("nothing").waitFor();
  await page.getByText("Trouble", { exact: false }).click();
  await page.waitForURL(/show=trouble/);
  await row(page, "driver", "edge").waitFor({ state: "detached" });
});

test("a way's details are in the address, reached and left by keyboard", async () => {
  const page = await dashboard.openPage("/resilience");
  await row(page, "shop", "prices").focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/from=shop&to=prices/);
  const panel = details(page);
  await panel.getByText("2 of 5 instances ejected: consecutive failures, connection refused").waitFor();
  await panel.getByText("prices: shedding sheddable", { exact: false }).waitFor();
  await panel.getByRole("meter", { name: "Retry budget" }).waitFor();
  expect(await panel.getByRole("meter").getAttribute("aria-valuetext")).toBe("3 of 20 retries left");
  await panel.getByText("0 at the poorest of 2 processes").waitFor();
  await panel.getByRole("row").filter({ hasText: "prices-1" }).getByText("2 of 2").waitFor();
  await panel.getByRole("row").filter({ hasText: "attemptMs" }).getByText("3 s").waitFor();
  await panel.getByRole("row").filter({ hasText: "sheddable" }).getByText("overload").waitFor();
  await panel.getByRole("img", { name: /What was done about it/ }).waitFor();
  await page.keyboard.press("Escape");
  await page.waitForURL((url) => !url.search.includes("to="));
});

test("the details lead to what else is known of these calls", async () => {
  const page = await dashboard.openPage(DETAILS);
  const links = details(page).getByRole("navigation");
  await links.getByRole("link", { name: "Service prices" }).waitFor();
  expect(await links.getByRole("link").evaluateAll((all) => all.map((one) => one.getAttribute("href")))).toEqual([
    "/traces?service=prices&attribute=shoal.caller%3Dshop",
    "/traffic?service=shop&peer=prices&side=client",
    "/logs?service=shop",
    "/logs?service=prices",
    "/services/prices",
  ]);
});

test("one service is chosen by the address, and a link to a way that nobody reports says so", async () => {
  const page = await dashboard.openPage("/resilience?service=prices");
  await row(page, "shop", "prices").waitFor();
  expect(await page.locator("[data-index]").count()).toBe(1);
  const other = await dashboard.openPage("/resilience?from=nobody&to=prices");
  await details(other).getByText("Nothing is known of it").waitFor();
});

test("while all is well the page says so, and what is watched", async () => {
  const page = await dashboard.openPage("/runs");
  await page.route(ALL, async (route) => {
    const told = (await (await route.fetch()).json()) as { edges: { caller: string }[]; services: object[] };
    const edges = told.edges
      .filter(({ caller }) => caller !== "shop")
      .map((edge) => ({ ...edge, problems: [], ejected: [], tenMinutes: { call: 9, attempt: 9 } }));
    await route.fulfill({ json: { ...told, edges, services: [] } });
  });
  await page.getByText("Live", { exact: true }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("i");
  await page.waitForURL(/\/resilience/);
  await page.getByText("Nothing was retried, ejected or shed in the last 10 minutes.").waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByText("Trouble 0").click();
  await page.getByText("No calls between services are in trouble").waitFor();
});

test("a fleet in which nobody calls anybody is told what there will be to see", async () => {
  const page = await dashboard.openPage("/runs");
  await page.route(ALL, (route) => route.fulfill({ json: { edges: [], services: [], policyDefaults: {} } }));
  await page.getByRole("link", { name: "Resilience" }).click();
  await page.getByText("Nobody has called anybody in the last 10 minutes").waitFor();
  expect(await axe(page)).toEqual([]);
});

test("an error can be tried again, and what is shown while the control plane is away says how old it is", async () => {
  dashboard.expectErrors(/500|Failed to load resource/);
  const page = await dashboard.openPage("/runs");
  let fails = true;
  await page.route(API, (route) =>
    fails ? route.fulfill({ status: 500, json: { detail: "out of order" } }) : route.continue(),
  );
  await page.goto(`${dashboard.url()}/resilience?service=prices`);
  await page.getByText("out of order").waitFor();
  fails = false;
  await page.getByRole("button", { name: "Try again" }).click();
  await row(page, "shop", "prices").waitFor();
  fails = true;
  await page.getByText(/as it was .*: the control plane does not answer/).waitFor();
  await row(page, "shop", "prices").waitFor();
});
