import { useNavigate, useSearch } from "@tanstack/react-router";
import type { logsSearch } from "./search.ts";

export type LogsSearch = ReturnType<typeof logsSearch>;
export type LogsPatch = { readonly [Key in keyof LogsSearch]?: string | undefined };

/** The filters in the URL, and how to change them: `quietly` makes no entry in the browser's history. */
export function useLogsSearch() {
  const search: LogsSearch = useSearch({ from: "/logs" }) as LogsSearch;
  const navigate = useNavigate({ from: "/logs" });
  const change = (patch: LogsPatch, quietly = false) =>
    void navigate({ to: "/logs", search: (before) => ({ ...before, ...patch }) as LogsSearch, replace: quietly });
  return { search, change };
}
