import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { ApiError } from "../../api/api-error.ts";
import { control } from "../../api/control.ts";
import { operationsOf } from "./api-operations.ts";

/** The operations of a service, by the OpenAPI document that it serves. */
export function useOpenapi(service: string | undefined) {
  const { data, error, isLoading, refetch } = useQuery({
    queryKey: ["openapi", service],
    queryFn: ({ signal }) => control.getServiceOpenapi({ params: { service: service ?? "" } }, signal),
    enabled: service !== undefined,
    staleTime: 30_000,
  });
  const operations = useMemo(() => (data ? operationsOf(data) : []), [data]);
  const isMissing = error instanceof ApiError && error.status === 404;
  return { document: data, operations, loading: isLoading, isMissing, error: isMissing ? null : error, refetch };
}
