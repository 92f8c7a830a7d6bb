import { useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/api-error.ts";
import { control } from "../../api/control.ts";

/** It is on the screen before it is in the store, by a moment. */
const STORE_RETRIES = 4;

/** One exchange with headers and bodies. */
export function useExchange(id: string) {
  return useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => control.getExchange({ params: { exchange: id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) =>
      failures < STORE_RETRIES && error instanceof ApiError && (error.status === 404 || error.status === 503),
    retryDelay: 400,
  });
}
