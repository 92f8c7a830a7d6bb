import { withRuntime } from "../../client/process-runtime.ts";
import type { Runtime } from "../../client/runtime.ts";
import { serve } from "../../server/serve.ts";
import type { Handler } from "../../transport/port.ts";
import { controlContract } from "./contract.ts";
import type { ControlApiParts } from "./control-api-parts.ts";
import { controlHandlers } from "./handlers.ts";
import { createOpenApiCache } from "./openapi-cache.ts";
import { callSupervisor } from "./supervisor-call.ts";

/** A batch of log lines, in bytes: 10 000 lines of 800. And an imported archive. */
const BODY_BYTES_MAX = 32 * 1_024 * 1_024;
/** Each of them may wait 5 s for a line. */
const CONCURRENCY_MAX = 512;
/** A request that is sent for the dashboard may be waited for a minute, and its answer is to be told. */
const HANDLER_MS = 65_000;

/** The API as a service without sockets: the control plane's own listener answers with it. */
export function serveApi(parts: Omit<ControlApiParts, "openApi" | "callSupervisor">, runtime: Runtime): Handler {
  const openApi = createOpenApiCache(runtime, parts.registered);
  return withRuntime(runtime, () => {
    const options = { bodyBytesMax: BODY_BYTES_MAX, concurrencyMax: CONCURRENCY_MAX, handlerMs: HANDLER_MS };
    return serve(controlContract, controlHandlers({ ...parts, openApi, callSupervisor }), options).handle;
  });
}
