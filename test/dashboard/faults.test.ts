import { expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();

async function faults(): Promise<readonly { readonly service: string; readonly by: string }[]> {
  return (await fetch(`${dashboard.url()}/api/v1/faults`)).json() as never;
}

test.each(THEMES)("a fault is added by keyboard, marked everywhere, and ended, in the %s theme", async (theme) => {
  const page = await dashboard.openPage("/", theme);
  const row = page.getByRole("row").filter({ hasText: "quotes" }).first();
  await row.getByRole("button", { name: "Start, stop or restart quotes" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("menuitem", { name: "Inject a fault…" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Inject a fault into calls to quotes" });
  await dialog.getByRole("textbox", { name: "Wait before each request" }).fill("");
  await dialog.getByRole("button", { name: "Inject" }).click();
  await dialog.getByText("Say what shall happen").waitFor();
  await dialog.getByRole("textbox", { name: "Wait before each request" }).fill("250");
  await dialog.getByRole("textbox", { name: "Answered with an error" }).fill("5");
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });

  const banner = page.getByRole("region", { name: "Faults injected on purpose" });
  await banner.getByText("250 ms slower, 5% answered 503, until").waitFor();
  await row.getByTitle(/^Injected on purpose: 250 ms slower/).waitFor();
  expect(await faults()).toMatchObject([{ service: "quotes", by: "dashboard" }]);
  expect(await axe(page)).toEqual([]);

  await page.getByText("Map", { exact: true }).click();
  await page.getByLabel(/^quotes, .*Injected on purpose: 250 ms slower/).waitFor();
  expect(await axe(page)).toEqual([]);

  await banner.getByRole("button", { name: "End it" }).click();
  await banner.waitFor({ state: "detached" });
  expect(await faults()).toEqual([]);
});

test("of several faults each can be ended, and all at once", async () => {
  for (const service of ["quotes", "ledger"]) {
    await fetch(`${dashboard.url()}/api/v1/faults`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ service, latencyMs: 5 }),
    });
  }
  const page = await dashboard.openPage("/services/quotes");
  await page.getByRole("heading").getByText("fault", { exact: true }).waitFor();
  const banner = page.getByRole("region", { name: "Faults injected on purpose" });
  await banner.getByRole("button", { name: /^End the fault of ledger/ }).click();
  await banner.getByText("ledger").waitFor({ state: "detached" });
  await banner.getByRole("button", { name: "End it" }).click();
  await banner.waitFor({ state: "detached" });
});
