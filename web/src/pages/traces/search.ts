import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const tracesSearch = searchOf(
  "service",
  "operation",
  "status",
  "min",
  "max",
  "attribute",
  "range",
  "from",
  "to",
  "run",
  "compare",
);
