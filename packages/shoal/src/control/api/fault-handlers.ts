import { shoalError } from "../../core/errors.ts";
import type { KeptFault } from "../faults/fault-book.ts";
import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import { type KnownOperation, operationOfFault } from "./fault-operation.ts";
import { faultStatus } from "./fault-status.ts";
import { serviceUnknown } from "./fleet-handlers.ts";
import { documentedOperations } from "./openapi-operations.ts";
import type { FaultInput } from "./schemas/faults.ts";

type FaultHandlers = Pick<ControlHandlers, "listFaults" | "addFault" | "removeFault" | "removeFaults">;

/** Faults that are injected on purpose. */
export function faultHandlers(parts: ControlApiParts): FaultHandlers {
  const { faults } = parts;
  return {
    listFaults: ({ query }) => ofService(faults.list(), query.service).map(faultStatus),
    async addFault({ body }) {
      checkMayAdd(parts);
      checkSense(body);
      checkTarget(parts, body);
      const named = operationOfFault(body.operation, await operationsOf(parts, body));
      const { forMs, by, ...wish } = body;
      return faultStatus(faults.add({ ...wish, ...named }, forMs, by));
    },
    removeFault({ params: { id }, query }) {
      const removed = faults.remove(id, query.by);
      if (!removed) throw shoalError("FAULT_UNKNOWN", { message: `no fault "${id}" lasts` });
      return faultStatus(removed);
    },
    removeFaults: ({ query }) =>
      ofService(faults.list(), query.service).flatMap(({ id }) => {
        const removed = faults.remove(id, query.by);
        return removed ? [faultStatus(removed)] : [];
      }),
  };
}

function ofService(faults: readonly KeptFault[], service: string | undefined): readonly KeptFault[] {
  return faults.filter((fault) => service === undefined || fault.service === service);
}

/** Before all other questions: where faults are not allowed, nothing else about them is right. */
function checkMayAdd({ faults }: ControlApiParts): void {
  const message = faults.refusal();
  if (message !== undefined) throw shoalError("FAULT_REFUSED", { message });
}

function checkSense({ latencyMs, errorRatio, dropRatio }: FaultInput): void {
  if (latencyMs + errorRatio + dropRatio === 0) {
    throw refused("the fault does nothing", "Give it a latency, a share of errors or a share of drops.");
  }
  if (errorRatio + dropRatio > 1) {
    throw refused("errors and drops are more than all requests", "Let the two shares add up to 1 at most.");
  }
}

/** A name that nobody has would be a fault that never happens, and nobody would know why. */
function checkTarget({ view, rates, now }: ControlApiParts, { service, instance }: FaultInput): void {
  const all = view.instances();
  const own = all.filter((one) => one.service === service);
  if (own.length === 0 && rates.operationsOf(service, now().wallMs).length === 0) throw serviceUnknown(service, all);
  if (instance === "" || own.some((one) => one.instance === instance)) return;
  const ids = own.map((one) => one.instance).slice(0, 20);
  throw refused(`${service} has no instance "${instance}"`, `It has: ${ids.join(", ") || "none at present"}.`);
}

async function operationsOf(parts: ControlApiParts, { service, operation }: FaultInput): Promise<KnownOperation[]> {
  if (operation === "") return [];
  const document = await parts.openApi.documentOf(service);
  const traffic = parts.rates.operationsOf(service, parts.now().wallMs);
  return [...documentedOperations(document), ...traffic.map((one) => ({ operation: one.operation }))];
}

function refused(message: string, hint: string) {
  return shoalError("FAULT_REFUSED", { message, hint, status: 400 });
}
