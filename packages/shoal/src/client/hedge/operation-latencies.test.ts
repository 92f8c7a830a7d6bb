import { expect, it } from "vitest";
import { createOperationLatencies, OPERATIONS_MAX } from "./operation-latencies.ts";

it("keeps a window for each operation up to its bound, and one for all beyond", () => {
  const latencies = createOperationLatencies();
  const windows = Array.from({ length: OPERATIONS_MAX + 2 }, (_, index) => latencies.of(`op${index}`, 0));
  expect(new Set(windows).size).toBe(OPERATIONS_MAX + 1);
  expect(windows.at(-1)).toBe(windows.at(-2));
  expect(latencies.of("op0", 1_000)).toBe(windows[0]);
});
