import { searchOf } from "../../app/search.ts";

/** What this page shows, as its URL holds it. */
export const traceSearch = searchOf(
  // The selected span.
  "span",
  // The id of a trace to compare with.
  "with",
  // Looked for among the spans.
  "q",
  // "1": failed spans only.
  "errors",
  // "0": without log lines.
  "logs",
  // Services that are left out, with commas between them.
  "hide",
  // The span whose subtree is shown alone.
  "focus",
  // "FROM-TO" in ms after the start of the trace.
  "zoom",
  // In a comparison, "1": with what did not change.
  "all",
);
