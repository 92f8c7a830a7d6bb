import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";
import { newTraceId, type SentSpan, sendLines, sendSpans } from "./support/telemetry.ts";

const dashboard = useDashboard();
const rows = (page: Page) => page.getByRole("table", { name: "Traces" }).locator("[role=row][data-index]");
const spans = (page: Page) => page.locator("[data-span]");
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);

const SPANS: readonly SentSpan[] = [
  { id: "root", service: "shop", name: "buy a book", startMs: 0, endMs: 100 },
  { id: "stock", parent: "root", service: "shop", name: "look up stock", startMs: 5, endMs: 30 },
  { id: "store", parent: "stock", service: "store", name: "count books", startMs: 8, endMs: 25 },
  { id: "pay", parent: "root", service: "shop", name: "pay", startMs: 40, endMs: 95 },
  {
    id: "card",
    parent: "pay",
    service: "bank",
    name: "charge the card",
    startMs: 45,
    endMs: 90,
    error: "UNAVAILABLE: no instance answers",
    attributes: { "error.type": "INSTANCE_UNREACHABLE", "card.kind": "gold" },
  },
];

async function sendShop(changes: readonly SentSpan[] = []): Promise<string> {
  const traceId = newTraceId();
  const changed = new Map([...SPANS, ...changes].map((span) => [span.id, span]));
  await sendSpans(dashboard.url(), traceId, Date.now() - 200, [...changed.values()]);
  return traceId;
}

describe.each(THEMES)("in the %s theme", (theme) => {
  test("axe finds nothing serious in the list, a trace with a span, and two compared", async () => {
    const [first, second] = [await sendShop(), await sendShop()];
    const page = await dashboard.openPage("/traces", theme);
    await rows(page).first().waitFor();
    expect(await axe(page)).toEqual([]);
    const open = await dashboard.openPage(`/traces/${first}`, theme);
    await spans(open).filter({ hasText: "charge the card" }).click();
    await open.getByRole("complementary", { name: "Span" }).waitFor();
    expect(await axe(open)).toEqual([]);
    const compared = await dashboard.openPage(`/traces/${first}?with=${second}&all=1`, theme);
    await compared.getByRole("table", { name: "Compared spans" }).waitFor();
    expect(await axe(compared)).toEqual([]);
  });
});

test("new traces come by themselves, wait while it stands still, and one opens by keyboard", async () => {
  const page = await dashboard.openPage("/traces");
  await rows(page).first().waitFor();
  await page.getByRole("button", { name: "Stand still" }).click();
  await page.getByRole("button", { name: /^\d+ new$/ }).waitFor();
  const first = await rows(page).first().textContent();
  await page.getByRole("button", { name: /^\d+ new$/ }).click();
  await expect.poll(() => rows(page).first().textContent()).not.toBe(first);
  await rows(page).first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await spans(page).first().waitFor();
});

test("traces are searched by service, operation, status, duration and attribute", async () => {
  const traceId = await sendShop();
  const page = await dashboard.openPage("/traces");
  await choose(page, "Service", "shop");
  await choose(page, "Operation", "pay");
  await choose(page, "Status", "Failed");
  await page.getByLabel("At least this long, in milliseconds").fill("90");
  await page.getByLabel("At most this long, in milliseconds").fill("5000");
  await page.getByRole("combobox", { name: "Attribute, as key=value" }).fill("card.kind=gold");
  await page.keyboard.press("Enter");
  await expect.poll(() => rows(page).filter({ hasText: "buy a book" }).count()).toBeGreaterThan(0);
  expect(await rows(page).filter({ hasText: "driver" }).count()).toBe(0);
  expect([parameter(page, "service"), parameter(page, "status"), parameter(page, "attribute")]).toEqual([
    "shop",
    "error",
    "card.kind=gold",
  ]);
  await page.getByLabel("At least this long, in milliseconds").fill("4000");
  await page.getByText("No trace is like that").waitFor();
  await page.getByRole("button", { name: "Clear filters" }).first().click();
  await rows(page).first().waitFor();
  expect(traceId).toHaveLength(32);
});

test("dragging over the durations asks for that time, which a pill takes away again", async () => {
  const page = await dashboard.openPage("/traces");
  await rows(page).nth(5).waitFor();
  await page.getByRole("button", { name: "Stand still" }).click();
  const box = await page.locator(".u-over").boundingBox();
  if (!box) throw new Error("the chart is not there");
  await page.mouse.move(box.x + box.width * 0.2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 30, { steps: 5 });
  await page.mouse.up();
  await expect.poll(() => Number(parameter(page, "to")) - Number(parameter(page, "from"))).toBeGreaterThan(0);
  await page.getByRole("button", { name: "Any time" }).click();
  expect(parameter(page, "from")).toBeNull();
});

test("two marked traces are compared: what is slower, new, missing and mended", async () => {
  const before = await sendShop();
  const after = await sendShop([
    { id: "root", service: "shop", name: "buy a book", startMs: 0, endMs: 190 },
    { id: "store", parent: "stock", service: "store", name: "ask another store", startMs: 8, endMs: 25 },
    { id: "card", parent: "pay", service: "bank", name: "charge the card", startMs: 45, endMs: 90 },
  ]);
  const page = await dashboard.openPage(`/traces?service=shop&compare=${before}`);
  await page.getByText("Mark another to compare").waitFor();
  await rows(page).filter({ hasText: "190 ms" }).first().getByRole("checkbox").check();
  await page.getByRole("link", { name: "Compare the two" }).click();
  const table = page.getByRole("table", { name: "Compared spans" });
  const row = (text: string) => table.getByRole("row").filter({ hasText: text });
  await row("buy a book").filter({ hasText: "slower" }).waitFor();
  await row("ask another store").filter({ hasText: "new" }).waitFor();
  await row("count books").filter({ hasText: "missing" }).waitFor();
  await row("charge the card").filter({ hasText: "mended" }).waitFor();
  await page.getByRole("link", { name: "Swap" }).click();
  await row("buy a book").filter({ hasText: "faster" }).waitFor();
  await page.getByRole("button", { name: "End comparison" }).click();
  await spans(page).first().waitFor();
  expect(after).toHaveLength(32);
});

test("a span tells why it failed, and how to find where it began", async () => {
  const traceId = await sendShop([
    { id: "root", service: "shop", name: "buy a book", startMs: 0, endMs: 100, error: "not bought" },
    { id: "pay", parent: "root", service: "shop", name: "pay", startMs: 40, endMs: 95, error: "not paid" },
  ]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  await spans(page).filter({ hasText: "buy a book" }).click();
  const panel = page.getByRole("complementary", { name: "Span" });
  await panel.getByText("not bought").waitFor();
  await panel.getByRole("button", { name: "bank charge the card" }).click();
  await panel.getByText("UNAVAILABLE: no instance answers").waitFor();
  await panel.getByText("card.kind").waitFor();
  expect(parameter(page, "span")).not.toBeNull();
});

test("a failed trace says where it failed, and keys jump to failed spans and to where the time went", async () => {
  const traceId = await sendShop([
    { id: "root", service: "shop", name: "buy a book", startMs: 0, endMs: 100, error: "not bought" },
    { id: "pay", parent: "root", service: "shop", name: "pay", startMs: 40, endMs: 95, error: "not paid" },
  ]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  const selected = () => page.locator("[data-span][data-selected]").textContent();
  await page.getByRole("button", { name: "Fold all", exact: true }).click();
  await page.getByRole("button", { name: /It failed in bank charge the card.*UNAVAILABLE/ }).click();
  await expect.poll(selected).toContain("charge the card");
  await page.getByRole("button", { name: "Close the span" }).click();
  await page.keyboard.press("n");
  await expect.poll(selected).toContain("buy a book");
  await page.keyboard.press("n");
  await expect.poll(selected).toContain("pay");
  await page.keyboard.press("Shift+N");
  await expect.poll(selected).toContain("buy a book");
  await page.getByRole("button", { name: "Slowest" }).click();
  await expect.poll(selected).toContain("charge the card");
  const panel = page.getByRole("complementary", { name: "Span" });
  await panel.getByText("Of the trace").waitFor();
  await panel.getByText("45%").waitFor();
  await panel.getByRole("button", { name: "Copy the span's id" }).focus();
  await page.keyboard.press("Escape");
  await panel.waitFor({ state: "detached" });
  await expect.poll(() => page.locator("[data-span]:focus").textContent()).toContain("charge the card");
});

test("what is asked for one by one is noted, and a span's log lines lead to Logs", async () => {
  const traceId = newTraceId();
  const item = (at: number): SentSpan => ({
    id: `i${at}`,
    parent: "root",
    service: "stock",
    name: "GET /items/:id",
    startMs: at * 9,
    endMs: at * 9 + 8,
  });
  await sendSpans(dashboard.url(), traceId, Date.now(), [
    { id: "root", service: "shop", name: "GET /orders", startMs: 0, endMs: 100 },
    ...Array.from({ length: 11 }, (_, at) => item(at)),
  ]);
  const spanId = Buffer.from("i0").toString("hex").padEnd(16, "0");
  await sendLines(dashboard.url(), [{ text: JSON.stringify({ msg: "counted item 0", traceId, spanId }) }]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  await page.getByText(/ran 11 times, one after another: 88 ms, 88% of shop GET \/orders/).waitFor();
  await page.getByRole("row").filter({ hasText: "counted item 0" }).click();
  await page
    .getByRole("complementary", { name: "Span" })
    .getByRole("link", { name: /counted item 0/ })
    .click();
  await page.getByRole("dialog", { name: "Lines before and after" }).getByText("counted item 0").waitFor();
});

test("the waterfall goes by keyboard: fold, unfold, a subtree alone, and search", async () => {
  const page = await dashboard.openPage(`/traces/${await sendShop()}`);
  await spans(page).nth(4).waitFor();
  await spans(page).first().focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowLeft");
  await expect.poll(() => spans(page).count()).toBe(4);
  await page.keyboard.press("ArrowRight");
  await expect.poll(() => spans(page).count()).toBe(5);
  await page.keyboard.press("f");
  await expect.poll(() => spans(page).count()).toBe(2);
  await page.getByRole("button", { name: "Show the whole trace" }).click();
  await page.keyboard.press("/");
  await page.getByLabel("Search the spans").fill("gold");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("[data-selected]").textContent()).toContain("charge the card");
});

test("only failed spans, without a service, without log lines, zoomed: all in the URL", async () => {
  const traceId = await sendShop();
  const text = JSON.stringify({
    msg: "the card is asked",
    traceId,
    spanId: Buffer.from("card").toString("hex").padEnd(16, "0"),
  });
  await sendLines(dashboard.url(), [{ text, service: "bank" }]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  await page.getByRole("row").filter({ hasText: "the card is asked" }).waitFor();
  await page.getByRole("switch", { name: "Log lines" }).click();
  await expect.poll(() => page.getByRole("row").filter({ hasText: "the card is asked" }).count()).toBe(0);
  await page.getByRole("switch", { name: "Only errors" }).click();
  await expect.poll(() => spans(page).count()).toBe(3);
  await page.getByRole("group", { name: "Services" }).getByRole("button", { name: /bank/ }).click();
  await expect.poll(() => spans(page).count()).toBe(2);
  const box = await page.getByRole("img", { name: /All spans over time/ }).boundingBox();
  if (!box) throw new Error("the minimap is not there");
  await page.mouse.move(box.x + box.width * 0.4, box.y + 10);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.8, box.y + 10, { steps: 4 });
  await page.mouse.up();
  await page.getByRole("button", { name: "Show all of the time" }).waitFor();
  expect([parameter(page, "logs"), parameter(page, "errors"), parameter(page, "hide")]).toEqual(["0", "1", "bank"]);
  await page.goBack();
  await expect.poll(() => parameter(page, "zoom")).toBeNull();
});

test("a call of the fleet shows its exchange with bodies, and is downloaded as JSON", async () => {
  const page = await dashboard.openPage("/traces?service=edge&min=1");
  await rows(page).filter({ hasText: "edge.quote" }).first().click();
  await spans(page).filter({ hasText: "edge.quote" }).first().click();
  const panel = page.getByRole("complementary", { name: "Span" });
  await panel.getByRole("button", { name: "Headers and bodies" }).first().click();
  await page.getByRole("dialog", { name: "Exchange" }).getByText("content-type").first().waitFor();
  await page.getByRole("button", { name: "Close the exchange" }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download as JSON" }).click(),
  ]);
  expect(JSON.parse(await readFile(await download.path(), "utf8"))).toMatchObject({ traceId: expect.any(String) });
});

test("spans that come later are shown without asking", async () => {
  const traceId = newTraceId();
  const originMs = Date.now();
  await sendSpans(dashboard.url(), traceId, originMs, [{ id: "root", name: "begin", startMs: 0, endMs: 9 }]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  await expect.poll(() => spans(page).count()).toBe(1);
  await sendSpans(dashboard.url(), traceId, originMs, [
    { id: "late", parent: "root", name: "later", startMs: 2, endMs: 5 },
  ]);
  await spans(page).filter({ hasText: "later" }).waitFor();
});

test("a trace whose beginning has not come says so in the list, until it comes", async () => {
  const traceId = newTraceId();
  const originMs = Date.now();
  await sendSpans(dashboard.url(), traceId, originMs, [
    { id: "middle", parent: "root", name: "the middle", service: "orphans", startMs: 2, endMs: 5 },
  ]);
  const page = await dashboard.openPage("/traces?service=orphans");
  const row = page.getByRole("row").filter({ hasText: "orphans" });
  await row.getByRole("img", { name: /What came before in this trace has not come/ }).waitFor();
  await sendSpans(dashboard.url(), traceId, originMs, [
    { id: "root", name: "the beginning", service: "orphans", startMs: 0, endMs: 9 },
  ]);
  await row.filter({ hasText: "the beginning" }).waitFor();
  expect(await row.getByRole("img").count()).toBe(0);
});

test("circles, missing parents, years to come and markup do it no harm", async () => {
  const traceId = newTraceId();
  await sendSpans(dashboard.url(), traceId, Date.now(), [
    { id: "a", parent: "b", name: "<script>alert(1)</script>", startMs: 0, endMs: 10 },
    { id: "b", parent: "a", name: "in a circle", startMs: 1, endMs: 5 },
    { id: "c", parent: "gone", name: "an orphan of no duration", startMs: 3, endMs: 3 },
  ]);
  const page = await dashboard.openPage(`/traces/${traceId}`);
  await spans(page).filter({ hasText: "<script>alert(1)</script>" }).waitFor();
  await expect.poll(() => spans(page).count()).toBe(3);
  await page.getByText("1 circle of parents was cut at its earliest span.").waitFor();
  await page.getByText(/1 span names a parent that is not here/).waitFor();
});

test("a trace that is not there says why", async () => {
  dashboard.expectErrors(/404/);
  const page = await dashboard.openPage(`/traces/${newTraceId()}`);
  await page.getByText("There is no such trace").waitFor();
});

async function choose(page: Page, label: string, option: string): Promise<void> {
  const box = page.getByRole("combobox", { name: label, exact: true });
  await box.click();
  await page.getByRole("option", { name: option, exact: true }).click();
}
