import { syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";
import { identityFrom } from "../../discovery/identity.ts";
import { tellSupervisor } from "../../discovery/supervisor-line.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { adoptServers } from "./adopt-servers.ts";
import { onEachLoad } from "./load-hooks.ts";
import { createModuleReport } from "./module-report.ts";
import { createOutbound, type Outbound } from "./outbound.ts";
import { patchFetch } from "./patch-fetch.ts";
import { patchHttp } from "./patch-http.ts";
import { patchUndici } from "./patch-undici.ts";
import type { Report } from "./report.ts";

/** The folder of Shoal itself: what is in it is not part of the app. */
const OWN_FOLDER = new URL("../../", import.meta.url).href;

/**
 * Makes the app that is about to be loaded in this process a citizen of its fleet. Everything beyond small patches is
 * loaded when it is first needed: with the first server that listens, and with the first call to a service.
 *
 * Throws OPTION_INVALID for a SHOAL_* variable that is not valid.
 */
export function install(env: NodeJS.ProcessEnv, report: Report): void {
  const identity = identityFrom(env, process.pid);
  const outbound = createOutbound(systemPorts, identity);
  const http = process.getBuiltinModule("node:http"); // not `import`: that loads all of undici with it, 13 MB
  const { request } = http;
  patchHttp(http, { ...outbound, request });
  patchFetch(outbound, report);
  // A worker thread has no signals, and is not what the supervisor started.
  const servers = isMainThread ? adoptServers({ env, identity, report }) : undefined;
  servers?.follow(http.Server.prototype);
  syncBuiltinESMExports();
  onEachLoad(
    loadWatcher(env, outbound, () => {
      const https = process.getBuiltinModule("node:https");
      patchHttp(https, { ...outbound, request });
      servers?.follow(https.Server.prototype);
      syncBuiltinESMExports();
    }),
  );
}

/** What has to happen because a module is loaded. TLS and undici are patched only in apps that load them. */
function loadWatcher(env: NodeJS.ProcessEnv, outbound: Outbound, onHttps: () => void): (url: string) => void {
  const reportModule = env["SHOAL_WATCH"] === "1" && isMainThread ? moduleReport(env) : undefined;
  let https = false;
  return (url) => {
    if (url === "node:https" && !https) {
      https = true;
      onHttps();
    }
    // Its files come one after the other, and its global dispatcher is there before the last of them.
    if (url.includes("/undici/")) patchUndici(outbound);
    reportModule?.(url);
  };
}

function moduleReport(env: NodeJS.ProcessEnv): (url: string) => void {
  const send = (files: readonly string[]) => tellSupervisor({ kind: "modules", files }, env);
  return createModuleReport({ later: setImmediate, send, ownFolder: OWN_FOLDER });
}
