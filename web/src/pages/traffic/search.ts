import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const trafficSearch = searchOf(
  "q",
  "service",
  "peer",
  "side",
  "method",
  "status",
  "external",
  "trace",
  "min",
  "range",
  "from",
  "to",
  "run",
  "id",
  "with",
  "tab",
);
