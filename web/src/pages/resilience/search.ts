import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds; `from` and `to` are the edge whose details are shown. */
export const resilienceSearch = searchOf("service", "show", "from", "to");
