import { useNavigate, useSearch } from "@tanstack/react-router";
import type { TrafficSearch } from "./exchange-query.ts";

type Patch = { readonly [Key in keyof TrafficSearch]?: string | undefined };

/** The filters in the URL, and how to change them: `quietly` makes no entry in the browser's history. */
export function useTrafficSearch() {
  const search = useSearch({ strict: false }) as TrafficSearch;
  const navigate = useNavigate();
  const change = (patch: Patch, quietly = false) =>
    void navigate({
      to: "/traffic",
      search: { ...search, ...patch } as TrafficSearch,
      replace: quietly,
      resetScroll: false,
    });
  return { search, change };
}
