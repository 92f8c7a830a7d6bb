import { expect, test } from "vitest";
import type { LogEntry } from "../../api/types.ts";
import { between, spanOf } from "./testing/span-of.ts";
import { collapsedButErrors, logsBySpan, type RowChoice, traceRows } from "./trace-rows.ts";
import { buildTraceTree } from "./trace-tree.ts";

const tree = buildTraceTree([
  spanOf("a", "", between(0, 100)),
  spanOf("b", "a", between(10, 40, { service: "rates" })),
  spanOf("c", "b", between(20, 30, { attributes: { "http.route": "/rates/:pair" } })),
  spanOf("d", "a", between(50, 90, { status: "error", statusMessage: "refused" })),
]);
const logAt = (seq: number, timeMs: number, spanId: string) => ({ seq, timeMs, spanId }) as LogEntry;
const all: RowChoice = { collapsed: new Set(), hiddenServices: new Set(), onlyErrors: false, withLogs: true };
const rowsOf = (choice: Partial<RowChoice>, logs: readonly LogEntry[] = []) =>
  traceRows(tree.roots, logsBySpan(logs, new Set(tree.nodes.map(({ id }) => id))), { ...all, ...choice }).map(
    (row) => `${" ".repeat(row.depth)}${row.key}${row.kind === "span" && row.hidden > 0 ? ` +${row.hidden}` : ""}`,
  );

test("all spans, children below their parents", () => {
  expect(rowsOf({})).toEqual(["a", " b", "  c", " d"]);
});

test("what is folded tells how much is below it", () => {
  expect(rowsOf({ collapsed: new Set(["b", "d"]) })).toEqual(["a", " b +1", " d"]);
  expect(rowsOf({ collapsed: new Set(["a"]) })).toEqual(["a +3"]);
});

test("log lines stand at their time between the children of their span", () => {
  const logs = [logAt(1, 45, "a"), logAt(2, 25, "b"), logAt(3, 1, "nobody")];
  expect(rowsOf({}, logs)).toEqual(["a", " b", "  c", "  log2", " log1", " d"]);
  expect(rowsOf({ withLogs: false }, logs)).toEqual(["a", " b", "  c", " d"]);
});

test("without a service, what it called moves up", () => {
  expect(rowsOf({ hiddenServices: new Set(["rates"]) })).toEqual(["a", " c", " d"]);
});

test("only errors leaves failed spans and what led to them", () => {
  expect(rowsOf({ onlyErrors: true })).toEqual(["a", " d"]);
});

test("all but the way to errors can be folded", () => {
  expect(rowsOf({ collapsed: collapsedButErrors(tree.nodes, tree.roots) })).toEqual(["a", " b +1", " d"]);
});
