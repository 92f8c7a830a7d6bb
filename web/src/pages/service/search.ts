import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const serviceSearch = searchOf("tab", "range", "operation", "run", "instance", "q", "level");
