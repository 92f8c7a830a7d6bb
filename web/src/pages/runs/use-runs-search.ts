import { useNavigate, useSearch } from "@tanstack/react-router";
import type { runsSearch } from "./search.ts";

type RunsSearch = ReturnType<typeof runsSearch>;

/** Which runs are compared, and what is shown of it, by the URL. */
export function useRunsSearch() {
  const search = useSearch({ strict: false }) as RunsSearch;
  const navigate = useNavigate();
  const change = (patch: { readonly [Key in keyof RunsSearch]?: string | undefined }) =>
    void navigate({ to: "/runs", search: { ...search, ...patch } as RunsSearch, resetScroll: false });
  return { search, change };
}
