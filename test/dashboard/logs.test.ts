import { readFile } from "node:fs/promises";
import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";
import { newTraceId, sendLines, sendSpans } from "./support/telemetry.ts";

const dashboard = useDashboard();
const ESC = "\u001b";
const lineWith = (page: Page, text: string) => page.locator("[role=row][data-seq]").filter({ hasText: text });

describe.each(THEMES)("in the %s theme", (theme) => {
  test("axe finds nothing serious in the lines, an open one and its neighbours", async () => {
    await sendLines(dashboard.url(), [
      {
        text: `${ESC}[31mred${ESC}[0m ${ESC}[2mdim${ESC}[0m ${ESC}[43;30mon yellow${ESC}[0m ${ESC}[7minverse${ESC}[0m of ${theme}`,
      },
      { text: '{"level":"error","msg":"it broke","code":"BROKEN"}' },
    ]);
    const page = await dashboard.openPage("/logs?q=of", theme);
    await lineWith(page, `of ${theme}`).last().click();
    await page.getByRole("button", { name: "Lines before and after" }).waitFor();
    expect(await axe(page)).toEqual([]);
    await page.getByRole("button", { name: "Lines before and after" }).click();
    await lineWith(page, "it broke").last().waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("a line is on the screen soon after it was printed", async () => {
  const page = await dashboard.openPage("/logs");
  await lineWith(page, "requests/s").first().waitFor();
  await sendLines(dashboard.url(), [{ text: "a line that has just been printed" }]);
  await lineWith(page, "a line that has just been printed").waitFor();
});

test("nothing on the page moves by itself while lines come", async () => {
  const page = await dashboard.openPage("/logs");
  await page.locator("[data-seq]").first().waitFor();
  await page.evaluate(WATCH_SHIFTS);
  for (let round = 0; round < 8; round += 1) {
    await sendLines(dashboard.url(), many(`moving${round}`, 150));
    await lineWith(page, `moving${round} 149`).waitFor();
  }
  expect(await page.evaluate("globalThis.shoalShift")).toBeLessThan(0.005);
});

test("markup is text, colours are shown, and other escape codes do nothing", async () => {
  await sendLines(dashboard.url(), [
    { text: '<img src=x onerror="document.title=1"> <b>markup</b>' },
    { text: `${ESC}[31mcoloured${ESC}[0m${ESC}[2J${ESC}]0;title\u0007 line` },
  ]);
  const page = await dashboard.openPage("/logs?service=printer");
  expect(await lineWith(page, "<b>markup</b>").locator("img, b").count()).toBe(0);
  const coloured = lineWith(page, "coloured line");
  await coloured.waitFor();
  const color = (of: Locator) =>
    of.evaluate((element) => {
      const view = globalThis as unknown as { getComputedStyle: (of: unknown) => { readonly color: string } };
      return view.getComputedStyle(element).color;
    });
  expect(await color(coloured.getByText("coloured", { exact: true }))).not.toBe(await color(coloured));
});

test("words are searched for in full text and marked; filters are in the URL", async () => {
  await sendLines(dashboard.url(), [
    { text: "the parcel was refused by customs", stream: "stderr" },
    { text: "the parcel was delivered" },
    { text: '{"level":"warn","msg":"the parcel is late"}' },
  ]);
  const page = await dashboard.openPage("/logs");
  await page.getByLabel("Search the lines").waitFor();
  await page.keyboard.press("/");
  await page.keyboard.type("parcel -delivered");
  await lineWith(page, "refused by customs").locator("mark", { hasText: "parcel" }).first().waitFor();
  await expect.poll(() => lineWith(page, "delivered").count()).toBe(0);
  expect(new URL(page.url()).searchParams.get("q")).toBe("parcel -delivered");

  await page.getByRole("combobox", { name: "Level" }).click();
  await page.getByRole("option", { name: "Warnings, errors" }).click();
  await expect.poll(() => lineWith(page, "refused by customs").count()).toBe(0);
  await lineWith(page, "the parcel is late").first().waitFor();
  expect(new URL(page.url()).searchParams.get("level")).toBe("warn");

  await page.goBack();
  await lineWith(page, "refused by customs").first().waitFor();
  await page.getByRole("combobox", { name: "Stream" }).click();
  await page.getByRole("option", { name: "stderr" }).click();
  await expect.poll(() => lineWith(page, "the parcel is late").count()).toBe(0);
  await page.getByRole("button", { name: "Clear filters" }).click();
  // Among all lines those of before may be out of sight already.
  await expect.poll(() => page.locator("[data-seq]").count()).toBeGreaterThan(3);
  expect(new URL(page.url()).search).toBe("");
});

test("it stands still when scrolled up, counts new lines, and jumps to now", async () => {
  await sendLines(dashboard.url(), many("standing", 300));
  const page = await dashboard.openPage("/logs?service=standing");
  await lineWith(page, "standing 299").waitFor();
  await page.getByRole("table", { name: "Log lines" }).hover();
  await page.mouse.wheel(0, -1_500);
  await page.getByRole("button", { name: "Jump to now" }).waitFor();
  const first = await page.locator("[role=row][data-seq]").first().textContent();
  await sendLines(dashboard.url(), many("standing", 302).slice(300));
  await page.getByRole("button", { name: "2 new lines" }).waitFor();
  expect(await page.locator("[role=row][data-seq]").first().textContent()).toBe(first);
  await page.getByRole("button", { name: "2 new lines" }).click();
  await lineWith(page, "standing 301").waitFor();
  await page.getByRole("button", { name: "Stand still" }).click();
  await page.getByRole("button", { name: "Follow new lines" }).click();
  expect(await page.getByRole("button", { name: "Jump to now" }).count()).toBe(0);
});

test("older lines come when scrolled up", async () => {
  await sendLines(dashboard.url(), many("older", 1_500));
  const page = await dashboard.openPage("/logs?service=older");
  await lineWith(page, "older 1499").waitFor();
  await page.getByRole("table", { name: "Log lines" }).press("Home");
  await page.getByText("1,500 lines").waitFor();
  await page.getByRole("table", { name: "Log lines" }).press("Home");
  await lineWith(page, "older 0").first().waitFor();
});

test("a line is opened by keyboard; its fields filter, and it leads to its trace", async () => {
  const traceId = newTraceId();
  await sendSpans(dashboard.url(), traceId, Date.now(), [{ id: "root", name: "print a page", startMs: 0, endMs: 40 }]);
  await sendLines(dashboard.url(), [
    { text: JSON.stringify({ level: "info", msg: "page printed", traceId, tray: "upper" }) },
    { text: JSON.stringify({ level: "info", msg: "page torn", tray: "lower" }) },
  ]);
  const page = await dashboard.openPage("/logs?q=page");
  await lineWith(page, "page printed").waitFor();
  await page.getByRole("table", { name: "Log lines" }).press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "upper" }).click();
  await expect.poll(() => lineWith(page, "page torn").count()).toBe(0);
  expect(new URL(page.url()).searchParams.get("q")).toBe('page "upper"');
  await page.getByRole("link", { name: "Open its trace" }).click();
  await page.getByRole("heading", { level: 1, name: /print a page/ }).waitFor();
  await page.getByRole("link", { name: "Logs", exact: true }).last().click();
  await lineWith(page, "page printed").waitFor();
  await page.getByText(`Trace ${traceId.slice(0, 8)}`).waitFor();
});

test("a JSON line is laid out when it is opened, with the lines of its stack", async () => {
  const record = { level: "error", msg: "laid out", id: 1, err: { stack: "Error: no\n    at a (b.ts:1:2)" } };
  await sendLines(dashboard.url(), [{ service: "records", text: JSON.stringify(record) }]);
  const page = await dashboard.openPage("/logs?service=records");
  await lineWith(page, "laid out").click();
  await page.getByText(/"stack": "Error: no\n\s+at a \(b\.ts:1:2\)"/).waitFor();
  await page.getByRole("button", { name: "Copy as JSON" }).waitFor();
});

test("lines wrap, are downloaded, and are cleared from the screen", async () => {
  await sendLines(dashboard.url(), [{ service: "wrapped", text: `long ${"word ".repeat(200)}end` }]);
  const page = await dashboard.openPage("/logs?service=wrapped");
  const line = lineWith(page, "long word");
  await line.waitFor();
  const height = async () => (await line.boundingBox())?.height ?? 0;
  expect(await height()).toBeLessThan(30);
  await page.getByRole("button", { name: "Wrap long lines" }).click();
  await expect.poll(height).toBeGreaterThan(60);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download these lines" }).click(),
  ]);
  expect(await readFile(await download.path(), "utf8")).toContain("wrapped/printer-1 long word");
  await page.getByRole("button", { name: "Clear the screen" }).click();
  await expect.poll(() => line.count()).toBe(0);
  await page.getByRole("button", { name: "Show the last lines again" }).click();
  await line.waitFor();
});

/** For the page: adds up how far things have moved by themselves (web.dev/cls). */
const WATCH_SHIFTS = `globalThis.shoalShift = 0;
new PerformanceObserver((list) => {
  for (const { value } of list.getEntries()) globalThis.shoalShift += value;
}).observe({ type: "layout-shift" });`;

function many(service: string, count: number) {
  return Array.from({ length: count }, (_, at) => ({ service, text: `${service} ${at}` }));
}
