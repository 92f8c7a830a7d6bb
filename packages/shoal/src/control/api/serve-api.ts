import { withRuntime } from "../../client/process-runtime.ts";
import type { Runtime } from "../../client/runtime.ts";
import { shoalError } from "../../core/errors.ts";
import { serve } from "../../server/serve.ts";
import type { Handler, Transport } from "../../transport/port.ts";
import { controlContract } from "./contract.ts";
import { type ControlApiParts, controlHandlers } from "./handlers.ts";

/** A batch of log lines, in bytes: 10 000 lines of 800. */
const BODY_BYTES_MAX = 8 * 1_024 * 1_024;
/** Each of them may wait 5 s for a line. */
const CONCURRENCY_MAX = 512;

/** The API as a service without sockets: the control plane's own listener answers with it. */
export function serveApi(parts: ControlApiParts, runtime: Omit<Runtime, "transport" | "registry">): Handler {
  return withRuntime({ ...runtime, transport: NO_TRANSPORT, registry: NO_REGISTRY }, () => {
    const options = { bodyBytesMax: BODY_BYTES_MAX, concurrencyMax: CONCURRENCY_MAX };
    return serve(controlContract, controlHandlers(parts), options).handle;
  });
}

/** The control plane calls no service: what it needs of others it is told. */
const NO_TRANSPORT: Transport = {
  connect() {
    throw shoalError("NO_INSTANCE", { message: "the control plane calls no service" });
  },
};

/** And it is in no registry: everybody is given its address. */
const NO_REGISTRY: Runtime["registry"] = {
  register: () => ({ leave: async () => {} }),
  watch: () => ({ add: () => {}, close: () => {} }),
};
