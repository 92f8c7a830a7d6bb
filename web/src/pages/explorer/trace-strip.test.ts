import { expect, it } from "vitest";
import type { SpanView } from "../../api/types.ts";
import { traceStrip } from "./trace-strip.ts";

const span = (startMs: number, durationMs: number) => ({ startMs, durationMs }) as SpanView;

it("places spans in the whole", () => {
  const { rows, more } = traceStrip([span(100, 50), span(125, 25)]);
  expect(rows.map(({ left, width }) => [left, width])).toEqual([
    ["0%", "100%"],
    ["50%", "50%"],
  ]);
  expect(more).toBe(0);
});

it("counts what it does not show, and bears a trace without length or spans", () => {
  expect(traceStrip(Array.from({ length: 20 }, () => span(1, 0)))).toMatchObject({ more: 8 });
  expect(traceStrip([])).toEqual({ rows: [], more: 0 });
});
