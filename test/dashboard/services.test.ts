import type { Locator } from "playwright-core";
import { describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();

/** What the API says of a service's instances. */
async function instancesOf(
  service: string,
): Promise<readonly { readonly state: string; readonly pid: number | null }[]> {
  const reply = await fetch(`${dashboard.url()}/api/v1/instances?service=${service}`);
  return (await reply.json()) as readonly { readonly state: string; readonly pid: number | null }[];
}

/** Runs in the page: the rows of tables that are wider than their table. */
const CUT_ROWS =
  '[...document.querySelectorAll("[role=table] [role=row]")].filter((row) => row.scrollWidth > row.clientWidth + 1).map((row) => row.textContent)';

/** Runs in the page before it does: adds up how much has moved by itself. */
const WATCH_SHIFTS =
  "globalThis.shoalShift = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) if (!one.hadRecentInput) globalThis.shoalShift += one.value; }).observe({ type: 'layout-shift', buffered: true });";

/** Runs in the page: the colours of the services' dots as they are painted. */
const PAINTS =
  "[...document.querySelectorAll('[role=row] [aria-hidden][style*=background], .react-flow__node [aria-hidden][style*=background]')].map((dot) => getComputedStyle(dot).backgroundColor)";

interface Box {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

async function boxesOf(locator: Locator): Promise<readonly Box[]> {
  const found = await Promise.all(
    (await locator.all()).map(async (one) => ({ text: await one.textContent(), box: await one.boundingBox() })),
  );
  return found.flatMap(({ text, box }) => (box ? [{ text: text ?? "", ...box }] : []));
}

function touch(one: Box, other: Box): boolean {
  const along = one.x < other.x + other.width && other.x < one.x + one.width;
  return along && one.y < other.y + other.height && other.y < one.y + one.height;
}

describe.each(THEMES)("in the %s theme", (theme) => {
  test.each(["/", "/?open=quotes", "/?view=map", "/?view=map&focus=quotes"])(
    "%s has nothing that axe finds serious",
    async (path) => {
      const page = await dashboard.openPage(path, theme);
      await page.getByText("quotes", { exact: true }).first().waitFor();
      expect(await axe(page)).toEqual([]);
    },
  );

  test.each(["overview", "instances", "logs", "console"])(
    "a service's tab %s has nothing that axe finds serious",
    async (tab) => {
      const page = await dashboard.openPage(`/services/quotes?tab=${tab}`, theme);
      await page.getByRole("tab", { name: tab, exact: false, selected: true }).waitFor();
      await page.getByText("ready", { exact: true }).first().waitFor();
      expect(await axe(page)).toEqual([]);
    },
  );
});

test("the table shows every service with its instances, and live rates", async () => {
  const page = await dashboard.openPage("/");
  const quotes = page.getByRole("row").filter({ hasText: "quotes" }).first();
  await quotes.getByText("2/2").waitFor();
  await quotes.getByText("ready").waitFor();
  await until("quotes has a rate", async () => /\d/.test((await quotes.getByRole("cell").nth(3).textContent()) ?? ""));
  await page.getByText("Live", { exact: true }).waitFor();
});

test("the last minute is there at once, not only from when the page was opened", async () => {
  const trend = async () => {
    const reply = await fetch(`${dashboard.url()}/api/v1/trends`);
    const { services } = (await reply.json()) as {
      services: { readonly service: string; readonly requestsPerSecond: readonly number[] }[];
    };
    return services.find(({ service }) => service === "quotes")?.requestsPerSecond ?? [];
  };
  await until("quotes has a past", async () => (await trend()).length >= 8);
  const page = await dashboard.openPage("/");
  const line = page
    .getByRole("row")
    .filter({ hasText: "quotes" })
    .first()
    .locator("svg[preserveAspectRatio] path")
    .last();
  const isDrawn = async () => ((await line.getAttribute("d")) ?? "").split("L").length >= 8;
  await until("it is drawn", isDrawn, 3_000);
});

test("instances are shown below their service, by mouse and by keyboard, and in the address", async () => {
  const page = await dashboard.openPage("/");
  await page.getByRole("button", { name: "Instances of quotes" }).click();
  await page.waitForURL(/open=quotes/);
  await page
    .getByRole("row")
    .filter({ hasText: /pid \d+/ })
    .nth(1)
    .waitFor();
  await page.getByRole("row").filter({ hasText: "quotes" }).first().focus();
  await page.keyboard.press("ArrowLeft");
  await page.waitForURL((url) => !url.search.includes("open"));
});

test("the search and the order are in the address, and the back button leaves the page as it was", async () => {
  const page = await dashboard.openPage("/");
  await page.getByText("quotes", { exact: true }).first().waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("led");
  await page.waitForURL(/q=led/);
  expect(await page.getByRole("row").count()).toBe(2);
  await page.getByRole("button", { name: "p99" }).click();
  await page.waitForURL(/sort=-p99/);
  await page.getByRole("row").filter({ hasText: "ledger" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "ledger" }).waitFor();
  await page.goBack();
  await page.waitForURL(/q=led.*sort=-p99/);
});

test("a search that finds nothing says so and offers the way back", async () => {
  const page = await dashboard.openPage("/?q=nosuchservice");
  await page.getByText("No service is like that").waitFor();
  await page.getByRole("button", { name: "Show all services" }).click();
  await page.getByText("quotes", { exact: true }).first().waitFor();
});

test("a service is restarted after a yes, and the result is told", async () => {
  const before = (await instancesOf("receipts")).map(({ pid }) => pid);
  const page = await dashboard.openPage("/?q=receipts");
  await page.getByRole("button", { name: "Start, stop or restart receipts" }).click();
  await page.getByRole("menuitem", { name: "Restart" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Restart" }).click();
  await page.getByText("Restarted receipts").waitFor({ timeout: 60_000 });
  const after = await instancesOf("receipts");
  expect(after.map(({ state }) => state)).toEqual(["ready"]);
  expect(before).not.toContain(after[0]?.pid);
});

test("a service is stopped and started again", async () => {
  const page = await dashboard.openPage("/services/audit");
  const menu = page.getByRole("button", { name: "Start, stop or restart audit" });
  await menu.click();
  await page.getByRole("menuitem", { name: "Stop" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Stop" }).click();
  await page.getByText("Stopped audit").waitFor({ timeout: 60_000 });
  expect((await instancesOf("audit")).map(({ state }) => state)).toEqual(["stopped"]);
  await menu.click();
  await page.getByRole("menuitem", { name: "Start", exact: true }).click();
  await page.getByText("Started audit").waitFor({ timeout: 60_000 });
});

test("the map shows who calls whom; a selected service tells its callers, Enter opens it", async () => {
  const page = await dashboard.openPage("/?view=map");
  const node = page.locator("[data-id='nquotes']");
  await node.waitFor({ timeout: 30_000 });
  await node.focus();
  await page.keyboard.press("Space");
  await page.waitForURL(/focus=quotes/);
  await page.getByRole("complementary", { name: "About quotes" }).getByText("Called by").waitFor();
  await page.locator("[data-id='nquotes']").focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "quotes" }).waitFor();
});

test("no number on the map covers another, or a service", async () => {
  const page = await dashboard.openPage("/?view=map");
  const labels = page.locator(".react-flow__edgelabel-renderer > div");
  await until("every call is told of", async () => (await labels.count()) > 15);
  const written = await boxesOf(labels);
  const all = [...written, ...(await boxesOf(page.locator(".react-flow__node")))];
  const overlaps = written.flatMap((one, index) =>
    all.slice(index + 1).flatMap((other) => (touch(one, other) ? [`${one.text} on ${other.text}`] : [])),
  );
  expect(overlaps).toEqual([]);
});

test.each([900, 1_100, 1_300])("no column is cut off in a window of %i px", async (width) => {
  for (const path of ["/", "/traces", "/traffic", "/resilience"]) {
    const page = await dashboard.openPage(path, "light", { width, height: 700 });
    await page.getByRole("row").nth(2).waitFor();
    const cut = await page.evaluate<string[]>(CUT_ROWS);
    expect(cut, path).toEqual([]);
  }
});

test("a service's page has its operations, who calls it, and leads to the Explorer", async () => {
  const page = await dashboard.openPage("/services/quotes");
  const operations = page.getByRole("region", { name: "Operations" });
  await operations.getByRole("row").nth(1).waitFor();
  await page.getByRole("region", { name: "Called by" }).getByRole("row").nth(1).waitFor();
  await page.getByRole("img", { name: /Requests per second: / }).waitFor();
  await operations
    .getByRole("link", { name: /^Call / })
    .first()
    .click();
  await page.waitForURL(/\/explorer\?service=quotes&operation=/);
});

test("Ctrl+K goes to what is typed, and ? lists the keys", async () => {
  const page = await dashboard.openPage("/");
  await page.getByText("quotes", { exact: true }).first().waitFor();
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keyboard shortcuts" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Go to" }).fill("payments");
  await page
    .getByRole("option", { name: /^payments/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/services\/payments/);
});

test("the theme that was chosen is kept over a reload", async () => {
  const page = await dashboard.openPage("/", "light");
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await page.reload();
  await page.locator(":root[data-mantine-color-scheme=dark]").waitFor();
  await page.getByText("quotes", { exact: true }).first().waitFor();
});

test("a service that is not there is told, and does not break the page", async () => {
  dashboard.expectErrors(/404/);
  const page = await dashboard.openPage("/services/nosuchservice");
  await page.getByText("There is no service nosuchservice").waitFor();
  await page.getByRole("link", { name: "All services" }).click();
  await page.getByText("quotes", { exact: true }).first().waitFor();
});

test("every service of the fleet has a colour of its own, the same in the table and on the map", async () => {
  const page = await dashboard.openPage("/");
  const paints = async () => (await page.evaluate<string[]>(PAINTS)).sort();
  await until("all are told apart", async () => new Set(await paints()).size === 13);
  const inTable = await paints();
  await page.getByText("Map", { exact: true }).click();
  await page.locator(".react-flow__node").first().waitFor();
  await until("they are so on the map", async () => (await paints()).join() === inTable.join());
});

test.each(["/", "/?view=map", "/services/payments", "/services/quotes?tab=instances"])(
  "nothing on %s moves while its data comes",
  async (path) => {
    const page = await dashboard.openPage("/runs");
    await page.addInitScript(WATCH_SHIFTS);
    await page.goto(dashboard.url() + path);
    await page.getByText("Live", { exact: true }).waitFor();
    await page.waitForTimeout(6_000);
    // A tenth is what is held to be good of pages of the web (web.dev, Cumulative Layout Shift).
    expect(await page.evaluate<number>("shoalShift")).toBeLessThan(0.01);
  },
);

test("Enter in the search selects a service on the map, and a filter by state holds there too", async () => {
  const page = await dashboard.openPage("/?view=map");
  await page.locator("[data-id='nquotes']").waitFor();
  await page.getByRole("searchbox", { name: "Search services" }).fill("quo");
  await page.keyboard.press("Enter");
  await page.waitForURL(/focus=quotes/);
  await page.getByRole("complementary", { name: "About quotes" }).waitFor();
  await page.getByText("Stopped", { exact: false }).first().click();
  await page.getByText("Nothing on the map is like that").waitFor();
});

test("a service's lines are searched on its own page, which leads to the page of all lines", async () => {
  const page = await dashboard.openPage("/services/quotes?tab=logs");
  await page
    .getByText(/ready in/)
    .first()
    .waitFor();
  await page.getByRole("searchbox", { name: "Search the lines" }).fill("nosuchword");
  await page.getByText("No line is like that").waitFor();
  await page.getByRole("link", { name: "Open in Logs" }).click();
  await page.waitForURL(/\/logs\?.*q=nosuchword/);
});

test("before a service is stopped the dialog says who calls it", async () => {
  const page = await dashboard.openPage("/?q=payments");
  await page.getByRole("button", { name: "Start, stop or restart payments" }).click();
  await page.getByRole("menuitem", { name: "Stop" }).click();
  await page
    .getByRole("dialog")
    .getByText(/Called now by .*edge/)
    .waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
});
