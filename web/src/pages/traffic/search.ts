import { searchOf } from "../../app/search.ts";

/** What narrows the list, for "clear the filters". */
export const FILTERS = [
  "q",
  "service",
  "peer",
  "side",
  "method",
  "status",
  "external",
  "trace",
  "min",
  "body",
  "range",
  "from",
  "to",
] as const;

/** The filters of this page that its URL holds. */
export const trafficSearch = searchOf(...FILTERS, "run", "id", "with", "tab");
