import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { ApiError } from "../../api/api-error.ts";
import { control } from "../../api/control.ts";

/** It is on the screen before it is in the store, by a moment. */
const STORE_RETRIES = 4;

/** One exchange with headers and bodies. */
export function useExchange(id: string) {
  return useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => control.getExchange({ params: { exchange: id } }, signal),
    // Who looks through a list sees the one before until the next is there, rather than nothing.
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    retry: (failures, error) =>
      failures < STORE_RETRIES && error instanceof ApiError && (error.status === 404 || error.status === 503),
    retryDelay: 400,
  });
}
