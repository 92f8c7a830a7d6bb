import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();
const MS = 30_000;

const rows = (page: Page) => page.getByRole("table", { name: "Exchanges" }).locator("[data-index]");
const detail = (page: Page) => page.getByRole("complementary", { name: "Exchange", exact: true });

/** Opens an exchange of a quote that was made, as its server saw it. */
async function openQuote(page: Page): Promise<void> {
  const pause = page.getByRole("button", { name: "Pause" });
  if (await pause.isVisible()) await pause.click();
  await rows(page).filter({ hasText: "createQuote" }).first().click();
  await detail(page).getByRole("heading", { name: "createQuote" }).waitFor();
}
const QUOTES = "/traffic?service=quotes&side=server&method=POST&status=201";

describe.each(THEMES)("in the %s theme", (theme) => {
  test("traffic, an exchange and a comparison have nothing that axe finds serious", async () => {
    const page = await dashboard.openPage(QUOTES, theme);
    await rows(page).nth(2).waitFor();
    await page.getByRole("button", { name: "Pause" }).click();
    expect(await axe(page)).toEqual([]);
    await openQuote(page);
    await page.getByRole("tree", { name: "Reply body" }).waitFor();
    expect(await axe(page)).toEqual([]);
    for (const index of [0, 1]) await rows(page).nth(index).getByRole("checkbox").check();
    await page.getByRole("button", { name: "Compare" }).click();
    await page.getByRole("heading", { name: "Comparison" }).waitFor();
    await page.getByRole("heading", { name: "Reply body" }).waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("new exchanges come by themselves, wait while paused, and are shown on request", async () => {
  const page = await dashboard.openPage("/traffic");
  await rows(page).first().waitFor();
  const first = await rows(page).first().textContent();
  await expect.poll(() => rows(page).first().textContent(), { timeout: MS }).not.toBe(first);
  await page.getByRole("button", { name: "Pause" }).click();
  const held = await rows(page).first().textContent();
  await page.getByRole("button", { name: /^[\d,.K]+ new$/ }).waitFor();
  expect(await rows(page).first().textContent()).toBe(held);
  await page.getByRole("button", { name: /^[\d,.K]+ new$/ }).click();
  await expect.poll(() => rows(page).first().textContent(), { timeout: MS }).not.toBe(held);
});

test("filters are in the URL, and taken from it", async () => {
  const page = await dashboard.openPage("/traffic?side=server&method=GET");
  await rows(page).first().waitFor();
  await page.getByLabel("Search in URLs and operations").fill("getSchool");
  await expect.poll(() => page.url(), { timeout: MS }).toContain("q=getSchool");
  await expect
    .poll(async () => (await rows(page).allTextContents()).every((text) => /server.*GET.*getSchool/.test(text)), {
      timeout: MS,
    })
    .toBe(true);
  await page.getByRole("combobox", { name: "Status" }).click();
  // Nothing in the fleet answers so: a slow machine may make other failures.
  await page.getByRole("option", { name: "502", exact: true }).click();
  await page.getByText("No request matches these filters").waitFor();
  await page.goBack();
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect.poll(() => new URL(page.url()).search, { timeout: MS }).toBe("");
});

test("keys alone open an exchange, go through the list, mark, and close it", async () => {
  const page = await dashboard.openPage(QUOTES);
  await rows(page).nth(1).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await rows(page).first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await detail(page).getByRole("heading", { name: "createQuote" }).waitFor();
  const opened = new URL(page.url()).searchParams.get("id");
  await page.keyboard.press("ArrowUp");
  await expect.poll(() => new URL(page.url()).searchParams.get("id"), { timeout: MS }).not.toBe(opened);
  await page.keyboard.press("Space");
  await page.getByText("1 marked").waitFor();
  await page.keyboard.press("Escape");
  await detail(page).waitFor({ state: "detached" });
});

test("an exchange shows its bodies, headers, attempts, and the other side's view of it", async () => {
  const page = await dashboard.openPage(QUOTES);
  await openQuote(page);
  const panel = detail(page);
  const tree = panel.getByRole("tree", { name: "Reply body" });
  await tree.getByText("schoolId:").waitFor();
  await tree.getByRole("treeitem").first().focus();
  await page.keyboard.press("ArrowLeft");
  expect(await tree.getByRole("treeitem").count()).toBe(1);
  await panel.getByRole("tab", { name: "Request" }).click();
  await panel.getByText("content-type", { exact: true }).waitFor();
  await panel.getByRole("button", { name: "As the client saw it" }).click();
  await panel.getByText(/^client edge/).waitFor();
  await panel.getByRole("tab", { name: "Timing" }).click();
  expect(await panel.getByRole("list", { name: "Attempts" }).getByRole("listitem").count()).toBeGreaterThan(0);
  await panel.getByRole("link", { name: "Trace" }).click();
  await page.waitForURL(/\/traces\/[0-9a-f]{32}\?span=/);
});

test("an exchange is copied as a command that curl understands", async () => {
  const page = await dashboard.openPage(QUOTES);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openQuote(page);
  await detail(page).getByRole("button", { name: "Copy as curl" }).click();
  await detail(page).getByRole("button", { name: "Copied" }).waitFor();
  const command = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(command).toMatch(/curl -sS -X POST 'http:\/\/127\.0\.0\.1:\d+\/quotes'/);
  expect(command).toContain("--data-raw");
});

test("an exchange is copied as JavaScript that fetch understands", async () => {
  const page = await dashboard.openPage(QUOTES);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await openQuote(page);
  await detail(page).getByRole("button", { name: "Other ways to copy" }).click();
  await page.getByRole("menuitem", { name: "Copy as fetch (JavaScript)" }).click();
  await page.getByText("JavaScript copied").waitFor();
  const code = await page.evaluate<string>("navigator.clipboard.readText()");
  expect(code).toMatch(/await fetch\("http:\/\/127\.0\.0\.1:\d+\/quotes", \{\n {2}method: "POST"/);
});

test("a text is found in a body, as a tree and as text", async () => {
  const page = await dashboard.openPage("/traffic?service=schools&side=server&q=schools%3F");
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  await rows(page).first().click();
  const panel = detail(page);
  const field = panel.getByLabel("Find in reply body");
  await field.fill("country");
  await expect
    .poll(() => panel.getByRole("tree", { name: "Reply body" }).locator("mark").count(), { timeout: MS })
    .toBeGreaterThan(0);
  await panel.getByText("Text", { exact: true }).click();
  await panel.getByText(/^1\/\d+$/).waitFor();
  await field.press("Enter");
  await panel.getByText(/^2\/\d+$/).waitFor();
  expect(await panel.locator("mark[data-current]").count()).toBe(1);
  expect(await axe(page)).toEqual([]);
});

test("marked exchanges leave as an archive, and come back from one", async () => {
  const page = await dashboard.openPage(QUOTES);
  await rows(page).nth(1).waitFor();
  await page.getByRole("button", { name: "Pause" }).click();
  for (const index of [0, 1]) await rows(page).nth(index).getByRole("checkbox").check();
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: "HAR" }).click();
  await page.getByRole("menuitem", { name: "Export the marked (2)" }).click();
  const path = await (await download).path();
  const har = JSON.parse(readFileSync(path, "utf8")) as { log: { entries: { request: { url: string } }[] } };
  expect(har.log.entries.map(({ request }) => request.url)).toEqual(Array(2).fill("http://quotes.service/quotes"));
  await page.locator("input[type=file]").setInputFiles({
    name: "traffic.har",
    mimeType: "application/json",
    buffer: Buffer.from(JSON.stringify(har)),
  });
  await page.getByText("2 exchanges imported").waitFor();
  await page.locator("input[type=file]").setInputFiles({ name: "x.har", mimeType: "a/b", buffer: Buffer.from("<p>") });
  await page.getByText("This is no HTTP Archive").waitFor();
});

test("a recorded request is edited and sent again, with a warning, and its new reply stands beside the old", async () => {
  const page = await dashboard.openPage(QUOTES);
  await openQuote(page);
  const panel = detail(page);
  await panel.getByRole("tab", { name: "Send again" }).click();
  await panel.getByText("POST may do it a second time").waitFor();
  await panel.getByLabel("Body").fill('{"schoolId":"none"}');
  await panel.getByRole("button", { name: "Send again" }).click();
  await panel.getByText("REQUEST_INVALID", { exact: true }).waitFor();
  await panel.getByText("What is different in the body").waitFor();
  await panel.getByRole("link", { name: /^Trace [0-9a-f]{8}$/ }).waitFor();
});

test("an exchange that is gone is said to be", async () => {
  dashboard.expectErrors(/404/);
  const page = await dashboard.openPage(`/traffic?id=${"0".repeat(32)}`);
  await detail(page).getByRole("alert").waitFor();
});
