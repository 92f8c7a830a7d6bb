import type { ControlApiParts, ControlHandlers } from "./control-api-parts.ts";
import { faultHandlers } from "./fault-handlers.ts";
import { fleetHandlers, serviceUnknown } from "./fleet-handlers.ts";
import { harHandlers } from "./har-handlers.ts";
import { historyHandlers } from "./history-handlers.ts";
import { resilienceHandlers } from "./resilience-handlers.ts";
import { sendRequest } from "./send-request.ts";
import { serviceHandlers } from "./service-handlers.ts";

/** The handlers of controlContract. */
export function controlHandlers(parts: ControlApiParts): ControlHandlers {
  return {
    ...fleetHandlers(parts),
    ...serviceHandlers(parts),
    ...historyHandlers(parts),
    ...harHandlers(parts),
    ...resilienceHandlers(parts),
    ...faultHandlers(parts),
    sendRequest({ body }, context) {
      // Only services of the fleet: the control plane is no way to other hosts.
      const isKnown = parts.registered().some(({ service }) => service === body.service);
      if (!isKnown) throw serviceUnknown(body.service, parts.view.instances());
      return sendRequest(parts.dashboard, body, context);
    },
  };
}
