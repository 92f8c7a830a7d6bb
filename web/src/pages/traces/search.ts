import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const tracesSearch = searchOf(
  "service",
  "operation",
  "status",
  "min",
  "max",
  // "key=value", a line each.
  "attribute",
  "range",
  "from",
  "to",
  "run",
  // Ids of traces that are marked to be compared, with a comma between them.
  "compare",
);
