import { expect, it } from "vitest";
import { plainView } from "./plain-view.ts";

it("the plain view says once that something is wrong, and that it is over", () => {
  const written: string[] = [];
  const view = plainView((text) => written.push(text));
  const full = { services: [], warnings: ["disk full"], isReachable: true };
  const lost = { services: [], warnings: [], isReachable: false };
  view.rated(lost); // it is still starting
  view.settled({ tookMs: 900, services: 1, instances: [], failed: [] });
  for (const rates of [full, full, lost, lost, full, { ...full, warnings: [] }]) view.rated(rates);
  expect(written).toEqual([
    "ready in 0.9 s: 1 service, 0 instances",
    "warning: disk full",
    "the control plane does not answer and is being restarted; the services go on",
    "the control plane answers again",
    "no warning any more",
  ]);
});
