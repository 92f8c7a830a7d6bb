import { describe, expect, test } from "vitest";
import { axe } from "./support/axe.ts";
import { THEMES, useDashboard } from "./support/dashboard.ts";

const dashboard = useDashboard();

describe.each(THEMES)("in the %s theme", (theme) => {
  test("the page of services has nothing that axe finds serious", async () => {
    const page = await dashboard.openPage("/", theme);
    await page.getByRole("heading", { name: "Services", level: 1 }).waitFor();
    expect(await axe(page)).toEqual([]);
  });
});
