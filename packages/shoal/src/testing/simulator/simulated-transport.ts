import { cancellationOf } from "../../core/context.ts";
import { messageOf, shoalError } from "../../core/errors.ts";
import { failure } from "../../core/outcome.ts";
import type { Transport } from "../../transport/port.ts";
import type { NetworkCore } from "./network.ts";
import { SimulatedExchange, type Sockets } from "./simulated-exchange.ts";
import type { SimulatedProcess } from "./simulated-process.ts";

/**
 * The transport of one process over the world's network, with the manners of HTTP/1.1: a connection carries one
 * request at a time and is kept for the next; to set one up takes a round trip; a request given up costs its
 * connection; what was handed over before it was given up may have been done.
 */
export function simulatedTransport(from: SimulatedProcess, network: NetworkCore): Transport {
  return {
    connect(address) {
      const sockets: Sockets = { host: undefined, open: 0, busy: 0 };
      return {
        send(request, context) {
          const cancellation = cancellationOf(context);
          if (!cancellation.aborted) {
            return new Promise((resolve) =>
              new SimulatedExchange({ from, address, network, sockets, request, cancellation, resolve }).begin(),
            );
          }
          const message = `the request to ${address} was given up: ${messageOf(cancellation.reason)}`;
          return Promise.resolve(failure("unsent", shoalError("CANCELLED", { message })));
        },
        close: async () => {},
      };
    },
  };
}
