import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { tracesSearch } from "./search.ts";

export type TracesSearch = ReturnType<typeof tracesSearch>;
export type TracesPatch = { readonly [Key in keyof TracesSearch]?: string | undefined };

/** The filters in the URL, and how to change them: `quietly` makes no entry in the browser's history. */
export function useTracesSearch() {
  const search = useSearch({ strict: false }) as TracesSearch;
  const navigate = useNavigate();
  const change = useCallback(
    (patch: TracesPatch, quietly = false) =>
      void navigate({ to: ".", search: ((before: object) => ({ ...before, ...patch })) as never, replace: quietly }),
    [navigate],
  );
  return { search, change };
}
