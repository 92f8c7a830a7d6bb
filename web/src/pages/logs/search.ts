import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const logsSearch = searchOf(
  "q",
  "service",
  "instance",
  "level",
  "stream",
  "trace",
  "range",
  "from",
  "to",
  "run",
  "wrap",
  // The seq of a line whose neighbours are shown.
  "line",
);
