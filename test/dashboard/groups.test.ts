import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";
import { copyOfTuition, startFleetIn } from "./support/tuition-fleet.ts";

const dashboard = useDashboard(() => startFleetIn(copyOfTuition(), { flags: ["--together"] }));

describe.each(THEMES)("in the %s theme", (theme) => {
  test.each(["/", "/?view=map", "/services/quotes?tab=instances"])(
    "%s of services in one process has nothing that axe finds serious",
    async (path) => {
      const page = await dashboard.openPage(path, theme);
      await page.getByText("together", { exact: true }).first().waitFor();
      expect(await axe(page)).toEqual([]);
    },
  );
});

test("the table says which services share a process, and finds them by it", async () => {
  const page = await dashboard.openPage("/?q=together");
  const quotes = page.getByRole("row").filter({ hasText: "quotes" }).first();
  await quotes.getByTitle(/^quotes shares a process with .* and \d+ more$/).waitFor();
  expect(await page.getByRole("row").count()).toBeGreaterThan(10);
});

test("a service's page says with whom it shares its process, and leads there", async () => {
  const page = await dashboard.openPage("/services/quotes?tab=instances");
  const instances = page.getByRole("region", { name: "Instances" });
  await instances.getByText(/^Group together: in one process with /).waitFor();
  await instances.getByRole("link", { name: "ledger" }).click();
  await page.getByRole("heading", { name: "ledger" }).waitFor();
});

test("who restarts one is told that the others restart too", async () => {
  const page = await dashboard.openPage("/?q=quotes");
  await page.getByRole("button", { name: "Start, stop or restart quotes" }).click();
  await page.getByRole("menuitem", { name: "Restart" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(/^It shares its process with .*ledger.*: the process is replaced by a new one/).waitFor();
  await dialog.getByRole("button", { name: "Cancel" }).click();
});
