import type { OperationRates } from "../telemetry/rate-flows.ts";
import { NO_RATES } from "../telemetry/rate-window.ts";
import { controlContract } from "./contract.ts";
import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import { serviceUnknown } from "./fleet-handlers.ts";
import { mapEdge } from "./fleet-map.ts";
import { type DocumentedOperation, documentedOperations } from "./openapi-operations.ts";
import type { OperationStatus } from "./schemas/fleet-map.ts";

type ServiceHandlers = Pick<ControlHandlers, "getMap" | "getService" | "getServiceOpenapi">;

/** Who calls whom, and what a service offers. */
export function serviceHandlers({ view, rates, now, problems, openApi }: ControlApiParts): ServiceHandlers {
  /** Throws serviceUnknown for a name that neither instances nor traffic have. */
  const checkKnown = (service: string) => {
    const instances = view.instances();
    if (instances.some((one) => one.service === service)) return;
    if (rates.operationsOf(service, now().wallMs).length === 0) throw serviceUnknown(service, instances);
  };
  return {
    getMap: async () => view.map(await problems.fresh()),
    async getService({ params: { service } }) {
      checkKnown(service);
      const document = await openApi.documentOf(service);
      const { wallMs } = now();
      const edges = rates.edges(wallMs);
      return {
        service,
        operations: operationStatuses(documentedOperations(document), rates.operationsOf(service, wallMs)),
        callers: edges.filter((edge) => edge.callee === service && !edge.external).map(mapEdge),
        callees: edges.filter((edge) => edge.caller === service).map(mapEdge),
      };
    },
    async getServiceOpenapi({ params: { service } }) {
      checkKnown(service);
      const document = await openApi.documentOf(service);
      if (!document) throw controlContract.errors.noOpenapi({ service });
      return document;
    },
  };
}

/** What the contract has, with its traffic; then what only traffic told of. */
export function operationStatuses(
  documented: readonly DocumentedOperation[],
  traffic: readonly OperationRates[],
): OperationStatus[] {
  const ratesOf = new Map(traffic.map(({ operation, ...rates }) => [operation, rates]));
  const known = documented.map((one) => {
    // Traffic that does not know the operation's name knows its route.
    const route = `${one.method} ${one.path}`;
    const rates = ratesOf.get(one.operation) ?? ratesOf.get(route) ?? NO_RATES;
    ratesOf.delete(one.operation);
    ratesOf.delete(route);
    return { ...one, ...rates };
  });
  const others = [...ratesOf].map(([operation, rates]) => ({
    operation,
    ...routeIn(operation),
    summary: "",
    ...rates,
  }));
  return [...known, ...others];
}

/** Without a contract an operation is called "GET /quotes/:id". */
function routeIn(operation: string): { readonly method: string; readonly path: string } {
  const [, method = "", path = ""] = /^([A-Z]+)(?: (\/.*))?$/.exec(operation) ?? [];
  return { method, path };
}
