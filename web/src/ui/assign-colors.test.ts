import { expect, it } from "vitest";
import { assignColors } from "./assign-colors.ts";
import { FIRST_CHOICE, PALETTE } from "./service-palette.ts";

const names = (count: number, prefix = "service") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const TUITION =
  "audit compliance documents driver edge ledger notifications payments quotes rates receipts schools students";

it("gives each service of a fleet a colour of its own, as far as the palette goes", () => {
  for (const count of [1, 5, FIRST_CHOICE, 13, PALETTE.length]) {
    expect(new Set(assignColors(names(count)).values()).size).toBe(count);
  }
  expect(new Set(assignColors(TUITION.split(" ")).values()).size).toBe(13);
});

it("keeps a small fleet to the colours that everybody can tell apart", () => {
  const colors = [...assignColors(names(FIRST_CHOICE)).values()];
  expect(Math.max(...colors)).toBeLessThan(FIRST_CHOICE);
});

it("does not go by the order in which the services came", () => {
  const there = assignColors(names(20));
  const back = assignColors(names(20).reverse());
  for (const name of names(20)) expect(back.get(name)).toBe(there.get(name));
});

it("leaves nearly all their colours when a service is added", () => {
  let changed = 0;
  for (let count = 1; count < PALETTE.length; count += 1) {
    const before = assignColors(names(count));
    const after = assignColors(names(count + 1));
    changed += [...before].filter(([name, color]) => after.get(name) !== color).length;
  }
  // Of 276 colours in all.
  expect(changed).toBeLessThan(45);
});

it("uses the whole palette evenly for a fleet that is larger", () => {
  const colors = [...assignColors(names(300)).values()];
  const uses = PALETTE.map((_, color) => colors.filter((one) => one === color).length);
  expect(colors).toHaveLength(300);
  expect(Math.min(...uses)).toBeGreaterThan(3);
  expect(Math.max(...uses)).toBeLessThan(30);
});
