import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useCallback } from "react";
import type { serviceSearch } from "./search.ts";

export type ServiceSearch = ReturnType<typeof serviceSearch>;
export type ServicePatch = { readonly [Key in keyof ServiceSearch]?: string | undefined };

/** The service and the filters that the URL names. */
export function useServiceSearch() {
  const { service } = useParams({ from: "/services/$service" });
  const search: ServiceSearch = useSearch({ from: "/services/$service" });
  const navigate = useNavigate({ from: "/services/$service" });
  const change = useCallback(
    (patch: ServicePatch, replace = false) => {
      void navigate({ to: ".", search: (before) => present({ ...before, ...patch }), replace });
    },
    [navigate],
  );
  return { service, search, change };
}

function present(search: Readonly<Record<string, string | undefined>>): ServiceSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== ""));
}
