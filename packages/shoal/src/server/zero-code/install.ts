import type { Server } from "node:http";
import { createRequire, syncBuiltinESMExports } from "node:module";
import { isMainThread } from "node:worker_threads";
import { type Identity, identityFrom } from "../../discovery/identity.ts";
import { noticeModule } from "../../telemetry/open-telemetry/notice.ts";
import { onEachLoad } from "./load-hooks.ts";
import { patchFetch } from "./patch-fetch.ts";
import { patchHttp } from "./patch-http.ts";
import { patchListen } from "./patch-listen.ts";
import { patchUndici } from "./patch-undici.ts";
import { interceptProcessSignals } from "./process-signals.ts";
import type { Report } from "./report.ts";

/**
 * Makes the app that is about to be loaded in this process a citizen of its fleet: small patches, and behind them what
 * is loaded when it is first needed, with the first server that listens and the first call to a service.
 *
 * Throws OPTION_INVALID for a SHOAL_* variable that is not valid.
 */
export function install(env: NodeJS.ProcessEnv, report: Report): void {
  const identity = identityFrom(env, process.pid);
  if (env["SHOAL_POLICIES"]) loadNow<typeof import("./check-policies.ts")>("check-policies").checkPolicies(env);
  env["SHOAL_OWNER_PID"] ??= String(process.pid);
  const outbound = outboundOnUse(identity);
  const onListen = isMainThread ? adoptionOnUse({ env, identity, report }) : undefined;
  const http = process.getBuiltinModule("node:http"); // not by `import`: its view of it loads all of fetch, 13 MB
  const { request } = http;
  const patchModule = (module: typeof http | typeof import("node:https")) => {
    patchHttp(module, { ...outbound, request });
    if (onListen) patchListen(module.Server.prototype, onListen);
    syncBuiltinESMExports();
  };

  onFirstCall(report);
  patchModule(http);
  patchFetch(outbound, report);
  // A worker thread has no signals, and is not what the supervisor started.
  if (isMainThread) interceptProcessSignals(env);
  const reportModule = env["SHOAL_WATCH"] === "1" && isMainThread ? moduleReport(env) : undefined;
  let withHttps = false;
  onEachLoad((url) => {
    // TLS and undici are patched only in apps that load them.
    if (url === "node:https" && !withHttps) {
      withHttps = true;
      patchModule(process.getBuiltinModule("node:https"));
    }
    // Its files come one after the other, and its global dispatcher is there before the last of them.
    if (url.includes("undici")) patchUndici(outbound);
    if (url.includes("opentelemetry")) noticeModule(url);
    reportModule?.(url);
  });
}

const require = createRequire(import.meta.url);

/** Loads a module of this folder (package.json, "imports") at once, where a patch cannot wait for `import()`. */
function loadNow<Module>(name: string): Module {
  return require(`#zero-code/${name}`) as Module;
}

/** What the patches of HTTP clients need. */
function outboundOnUse(identity: Identity) {
  let made: import("./outbound.ts").Outbound | undefined;
  const outbound = () => {
    made ??= loadNow<typeof import("./outbound.ts")>("outbound").createOutbound(identity);
    return made;
  };
  return {
    agent: () => outbound().agent(),
    gateway: () => outbound().gateway(),
    headers: () => outbound().headers(),
  };
}

/** What happens when a server is about to listen. An error of ours must not keep it from that. */
function adoptionOnUse(parts: import("./adopt-servers.ts").AdoptParts): (server: Server) => void {
  let adopt: ((server: Server) => void) | undefined;
  return (server) => {
    try {
      if (Symbol.for("shoal.served") in server) return;
      adopt ??= loadNow<typeof import("./adopt-servers.ts")>("adopt-servers").adoptServers(parts);
      adopt(server);
    } catch (cause) {
      parts.report("a server could not be adopted", cause);
    }
  };
}

/** Outside calls are recorded by what is loaded with the first of them; it sees that one too. */
function onFirstCall(report: Report): void {
  const { subscribe, unsubscribe } = process.getBuiltinModule("node:diagnostics_channel");
  const channels = ["undici:request:create", "http.client.request.created"];
  const load = (message: unknown, channel: string | symbol) => {
    for (const one of channels) unsubscribe(one, load);
    try {
      loadNow<typeof import("./record-outside.ts")>("record-outside").recordOutside(channel, message);
    } catch (cause) {
      report("calls to the world outside cannot be recorded", cause);
    }
  };
  for (const one of channels) subscribe(one, load);
}

function moduleReport(env: NodeJS.ProcessEnv): (url: string) => void {
  return loadNow<typeof import("./module-report.ts")>("module-report").reportModules(env);
}
