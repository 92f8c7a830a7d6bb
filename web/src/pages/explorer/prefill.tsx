import { Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { control } from "../../api/control.ts";
import type { ExchangeDetail } from "../../api/types.ts";
import { partiesOf } from "../../ui/exchange-parties.ts";
import { draftOf } from "../../ui/exchange-send.ts";
import { ErrorMessage } from "../../ui/message.tsx";
import type { ApiOperation } from "./api-operations.ts";
import { keptKey } from "./kept-key.ts";
import { keep } from "./session-store.ts";
import { useExplorerSearch } from "./use-explorer-search.ts";
import { useOpenapi } from "./use-openapi.ts";
import { operationOfExchange, valuesOfExchange } from "./values-of-exchange.ts";

interface PrefillProps {
  readonly exchange: string;
  readonly onFilled: () => void;
}

/** Finds the operation that a recorded exchange called, fills in its form, and goes there. */
export function Prefill({ exchange: id, onFilled }: PrefillProps) {
  const { data: exchange, error } = useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => control.getExchange({ params: { exchange: id } }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const service = exchange && partiesOf(exchange).to;
  const { operations, document, loading } = useOpenapi(service);
  const { change } = useExplorerSearch();
  const ready = exchange !== undefined && !loading;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when all of it is there
  useEffect(() => {
    if (!ready || service === undefined) return;
    const operation = operationOfExchange(operations, exchange);
    fill({ service, operation, exchange, document });
    onFilled();
    change(operation ? { service, operation: operation.id } : { service }, true);
  }, [ready]);
  return error ? (
    <ErrorMessage error={error} />
  ) : (
    <Skeleton m="md" height={240} role="status" aria-label="Loading the exchange" />
  );
}

interface Filled {
  readonly service: string;
  readonly operation: ApiOperation | undefined;
  readonly exchange: ExchangeDetail;
  readonly document: unknown;
}

function fill({ service, operation, exchange, document }: Filled): void {
  const { draft, leftOut, bodyIncomplete } = draftOf(exchange);
  const values = operation && valuesOfExchange(operation, exchange, document);
  keep(sessionStorage, keptKey(service, values ? operation.id : undefined), values ?? draft);
  const lost = [...leftOut, ...(bodyIncomplete ? ["parts of the body"] : [])];
  if (lost.length > 0) {
    const message = `Secrets were cut out, or too much to keep: ${lost.join(", ")}`;
    notifications.show({ color: "orange", title: "Not all of it was recorded", message });
  }
}
