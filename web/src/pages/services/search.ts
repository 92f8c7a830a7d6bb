import { searchOf } from "../../app/search.ts";

/** The filters of this page that its URL holds. */
export const servicesSearch = searchOf("view", "q", "state", "sort", "open", "focus", "show");
