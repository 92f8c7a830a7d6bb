import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();
const MS = 30_000;
const QUOTE = "/explorer?service=quotes&operation=createQuote";

describe.each(THEMES)("in the %s theme", (theme) => {
  test("a form and a reply have nothing that axe finds serious", async () => {
    const page = await dashboard.openPage(QUOTE, theme);
    await page.getByLabel("schoolId").fill("none");
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await page.getByText("REQUEST_INVALID", { exact: true }).waitFor();
    await page.getByRole("link", { name: "Open the trace" }).waitFor();
    expect(await axe(page)).toEqual([]);
  });

  test("a free request on a small screen has nothing that axe finds serious", async () => {
    const page = await dashboard.openPage("/explorer?service=rates", theme, { width: 1_024, height: 700 });
    await page.getByRole("heading", { name: "A request to rates" }).waitFor();
    expect(await axe(page)).toEqual([]);
  });
});

test("an operation is found, filled in and called, and shows its reply, trace and logs", async () => {
  const page = await dashboard.openPage("/explorer?service=schools");
  await page.getByLabel("Search operations").fill("find");
  await page.getByRole("link", { name: /findSchools/ }).click();
  await page.getByRole("heading", { name: "findSchools" }).waitFor();
  await page.getByLabel("limit").fill("2");
  await page.keyboard.press("Control+Enter");
  const reply = page.getByRole("region", { name: "Reply" });
  await reply.getByText("200", { exact: true }).first().waitFor();
  await reply.getByRole("tree", { name: "Reply body" }).waitFor();
  await reply
    .getByText(/GET \/schools/)
    .first()
    .waitFor();
  await reply.getByRole("link", { name: "Open the trace" }).click();
  await page.waitForURL(/\/traces\/[0-9a-f]{32}/);
  await page.goBack();
  await page.getByRole("button", { name: /schools GET \/schools\?.*limit=2/ }).waitFor();
});

test("an error says its code and what to do, and what is filled in stays", async () => {
  const page = await dashboard.openPage(QUOTE);
  await page.getByLabel("schoolId").fill("none");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const reply = page.getByRole("region", { name: "Reply" });
  await reply.getByText("REQUEST_INVALID", { exact: true }).waitFor();
  await reply
    .getByText(/Correct the fields/)
    .first()
    .waitFor();
  await page.reload();
  await expect.poll(() => page.getByLabel("schoolId").inputValue(), { timeout: MS }).toBe("none");
  await page.getByRole("button", { name: "Begin anew" }).click();
  expect(await page.getByLabel("schoolId").inputValue()).toBe("");
});

test("a body can be written as JSON, with what is wrong in it said", async () => {
  const page = await dashboard.openPage(QUOTE);
  await page.getByText("JSON", { exact: true }).click();
  const body = page.getByRole("textbox", { name: "Body" });
  await body.fill("{");
  await page.getByText(/This is no JSON/).waitFor();
  await body.fill('{"schoolId":"x","target":{"currency":"EUR","minor":0},"currency":"GBP"}');
  await page.getByText(/\/target\/minor must be/).waitFor();
  await page.getByText("Form", { exact: true }).click();
  expect(await page.getByLabel("schoolId").inputValue()).toBe("x");
});

test("what the contract calls sensitive of a reply is shown on request only", async () => {
  const page = await dashboard.openPage("/explorer?service=students&operation=enrol");
  await page.getByText("JSON", { exact: true }).click();
  const student = { name: "Ada Lovelace", email: "ada@example.org", country: "GB" };
  await page.getByRole("textbox", { name: "Body" }).fill(JSON.stringify(student));
  await page.getByRole("button", { name: "Send", exact: true }).click();
  const body = page.getByRole("region", { name: "Reply" }).getByRole("tree", { name: "Reply body" });
  await page.getByText("Without 2 sensitive values").waitFor();
  expect(await body.textContent()).not.toContain("Lovelace");
  await page.getByRole("button", { name: "Show", exact: true }).click();
  await expect.poll(() => body.textContent(), { timeout: MS }).toContain("Lovelace");
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await expect.poll(() => body.textContent(), { timeout: MS }).not.toContain("Lovelace");
});

test("a request of one's own is sent to a service, and repeated from the history", async () => {
  const page = await dashboard.openPage("/explorer?service=rates");
  await page.getByLabel("Path and query").fill("/health/ready");
  await page.keyboard.press("Control+Enter");
  const sent = page.getByRole("button", { name: /rates GET \/health\/ready/ });
  await sent.waitFor();
  await page.getByLabel("Path and query").fill("/none");
  await sent.click();
  await expect.poll(() => page.getByLabel("Path and query").inputValue(), { timeout: MS }).toBe("/health/ready");
  await page.getByLabel("Path and query").fill("no-path");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByText("The path must begin with /").waitFor();
});

test("a recorded exchange fills in its operation's form", async () => {
  const page = await dashboard.openPage("/traffic?service=quotes&side=server&method=POST&status=201");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("table", { name: "Exchanges" }).locator("[data-index]").first().click();
  await page.getByRole("button", { name: "Open in Explorer" }).click();
  await page.waitForURL(/service=quotes&operation=createQuote/);
  await expect.poll(() => page.getByLabel("schoolId").inputValue(), { timeout: MS }).not.toBe("");
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.getByRole("button", { name: "Copy as curl" }).click();
  await page.getByRole("button", { name: "Copied" }).waitFor();
  expect(await page.evaluate<string>("navigator.clipboard.readText()")).toContain(
    "curl -sS -X POST 'http://127.0.0.1:",
  );
});
