import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { servicesSearch } from "./search.ts";

export type ServicesSearch = ReturnType<typeof servicesSearch>;

/** The page's filters, as its URL has them. */
export function useServicesSearch() {
  const search: ServicesSearch = useSearch({ from: "/" });
  const navigate = useNavigate({ from: "/" });
  const change = useCallback(
    (patch: { readonly [Key in keyof ServicesSearch]?: string | undefined }, replace = true) => {
      void navigate({ search: (before) => present({ ...before, ...patch }), replace });
    },
    [navigate],
  );
  return { search, change };
}

function present(search: Readonly<Record<string, string | undefined>>): ServicesSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}
