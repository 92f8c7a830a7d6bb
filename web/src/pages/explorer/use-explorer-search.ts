import { useNavigate, useSearch } from "@tanstack/react-router";
import type { explorerSearch } from "./search.ts";

type ExplorerSearch = ReturnType<typeof explorerSearch>;

/** Which service and operation is chosen, by the URL. */
export function useExplorerSearch() {
  const search = useSearch({ strict: false }) as ExplorerSearch;
  const navigate = useNavigate();
  const change = (to: { readonly [Key in keyof ExplorerSearch]?: string | undefined }, quietly = false) =>
    void navigate({ to: "/explorer", search: to as ExplorerSearch, replace: quietly });
  return { search, change };
}
