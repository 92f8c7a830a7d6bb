/**
 * Loads what every process of a fleet loads, and leaves: so that Node's compile cache holds it before they all start.
 * Run as a program by compile-cache.ts; what is listed here is only worth time, a module that is missing costs some.
 */
import { createRequire, flushCompileCache } from "node:module";
import "zod";
import "../../client/client.ts";
import "../../client/process-runtime.ts";
import "../../discovery/control-registry.ts";
import "../../server/serve.ts";
import "../../server/zero-code/install.ts";
import "../../server/zero-code/report.ts";
import "../../telemetry/process-telemetry.ts";
import { loadHttpClient } from "../../transport/http-client.ts";

const require = createRequire(import.meta.url);

// The cache tells what was required from what was imported: these are required, by zero-code/install.ts and log.ts.
for (const name of ["adopt-servers", "module-report", "outbound"]) {
  require(`#zero-code/${name}`);
}
require("pino");
await import("../../server/router.ts");
loadHttpClient();
flushCompileCache();
process.exit(0);
