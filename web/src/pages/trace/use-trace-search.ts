import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { traceSearch } from "./search.ts";

export type TraceSearch = ReturnType<typeof traceSearch>;
type TracePatch = { readonly [Key in keyof TraceSearch]?: string | undefined };
export type ChangeTraceSearch = (patch: TracePatch, quietly?: boolean) => void;

/** The trace and what of it is shown, from the URL; `quietly` makes no entry in the browser's history. */
export function useTraceSearch(): {
  readonly trace: string;
  readonly search: TraceSearch;
  readonly change: ChangeTraceSearch;
} {
  const { trace } = useParams({ strict: false });
  const search = useSearch({ strict: false }) as TraceSearch;
  const navigate = useNavigate();
  const change = useCallback<ChangeTraceSearch>(
    (patch, quietly = false) =>
      void navigate({ to: ".", search: ((before: object) => ({ ...before, ...patch })) as never, replace: quietly }),
    [navigate],
  );
  return { trace: trace ?? "", search, change };
}
