import { expect, it } from "vitest";
import { MACHINE_DEFAULTS, resolveMachineOptions } from "./instance-options.ts";

it("has the documented defaults and keeps what is given", () => {
  expect(resolveMachineOptions()).toEqual(MACHINE_DEFAULTS);
  expect(resolveMachineOptions({ stopMs: 0, readyMs: 5 })).toEqual({ ...MACHINE_DEFAULTS, stopMs: 0, readyMs: 5 });
});

it.each([
  { readyMs: 0 },
  { stopMs: -1 },
  { backoffMsFirst: 0 },
  { crashesMax: 0 },
  { failuresMax: 1.5 },
  { silencesMax: 0 },
  { leaveMs: Number.NaN },
])("refuses %j by name", (given) => {
  expect(() => resolveMachineOptions(given)).toThrow(`[OPTION_INVALID] ${Object.keys(given)[0]}`);
});
