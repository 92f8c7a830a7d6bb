import { useNavigate, useSearch } from "@tanstack/react-router";
import type { resilienceSearch } from "./search.ts";

type ResilienceSearch = ReturnType<typeof resilienceSearch>;

/** The filters in the URL, and how to change them. */
export function useResilienceSearch() {
  const search = useSearch({ strict: false }) as ResilienceSearch;
  const navigate = useNavigate();
  const change = (patch: { readonly [Key in keyof ResilienceSearch]?: string | undefined }) =>
    void navigate({ to: "/resilience", search: { ...search, ...patch } as ResilienceSearch, resetScroll: false });
  return { search, change };
}
