import { readFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../core/errors.ts";
import { tellSupervisor } from "../discovery/supervisor-line.ts";
import { createLog, logLevelFrom } from "../telemetry/log.ts";
import { createProcessMetrics } from "../telemetry/process-metrics.ts";
import { createRedMeter } from "../telemetry/red-meter.ts";
import { createHttpTransport } from "../transport/http-client.ts";
import { listenHttp } from "../transport/http-listener.ts";
import { systemClock, systemPorts } from "../transport/system-ports.ts";
import { bind } from "./bind.ts";
import { createControlPlane } from "./control-plane.ts";
import { CONTROL_SERVICE } from "./control-service.ts";
import { packageFolder, webFolder } from "./dashboard/web-folder.ts";
import { createHistory } from "./history/create-history.ts";
import { createForwarder, type Forwarder } from "./intake/forward.ts";
import { forwardEndpointFrom } from "./intake/forward-endpoint.ts";
import { createForwardSender } from "./intake/forward-sender.ts";
import { type ControlSettings, controlSettingsFrom } from "./settings.ts";
import { openStore } from "./store/store.ts";

// The process of the control plane: started by the supervisor, or by hand. See controlSettingsFrom for its variables.

/** How long requests in progress may take to end, in ms. */
const DRAIN_MS = 300;

const instance = process.env["SHOAL_INSTANCE"] || `${CONTROL_SERVICE}-${process.pid}`;
const log = createLog({
  clock: systemClock,
  level: logLevelFrom(process.env),
  base: { service: CONTROL_SERVICE, instance },
});

async function main(): Promise<void> {
  const settings = controlSettingsFrom(process.env);
  let boundPort = 0;
  const plane = createControlPlane({
    ports: systemPorts,
    log,
    meter: meterOf(settings),
    history: createHistory(
      settings.stateFolder,
      { clock: systemClock, random: systemPorts.random, log, fleet: settings.fleet, run: settings.run },
      settings.historyBytesMax === undefined ? {} : { bytesMax: settings.historyBytesMax },
    ),
    transport: createHttpTransport(),
    store: openStore(settings.stateFolder, { log, clock: systemClock }),
    fleet: settings.fleet,
    realm: settings.realm,
    faults: settings.faults,
    release: settings.release,
    version: packageVersion(),
    instance,
    forwarder: forwarderFrom(process.env),
    guard: { port: () => boundPort, token: settings.token },
    webFolder: webFolder(),
  });
  const { host } = settings;
  const listener = await bind(settings.port, systemClock, (port) =>
    listenHttp({ service: CONTROL_SERVICE, handler: plane.handle, host, port, clock: systemClock, log }),
  );
  boundPort = listener.port;
  stopOnSignal(async () => {
    const closed = listener.close(DRAIN_MS);
    plane.release();
    await closed;
    await plane.close();
  });
  const address = `http://${host.includes(":") ? `[${host}]` : host}:${listener.port}`;
  tellSupervisor({ kind: "listening", address });
  await plane.ready();
  tellSupervisor({ kind: "ready" });
  log.info("the control plane listens", { address, fleet: settings.fleet });
}

/** Throws OPTION_INVALID naming the variable. */
function forwarderFrom(env: NodeJS.ProcessEnv): Forwarder | undefined {
  const endpoint = forwardEndpointFrom(env);
  return endpoint && createForwarder({ ports: systemPorts, endpoint, send: createForwardSender(), instance });
}

function meterOf({ realm, release }: ControlSettings) {
  const resource = {
    "service.name": CONTROL_SERVICE,
    "service.instance.id": instance,
    "service.version": release,
    "shoal.realm": realm,
  };
  return createRedMeter({ clock: systemClock, resource, families: createProcessMetrics() });
}

function packageVersion(): string {
  const text = readFileSync(join(packageFolder(), "package.json"), "utf8");
  return String((JSON.parse(text) as { readonly version?: unknown }).version ?? "");
}

/** The first signal stops in order, a second one at once. */
function stopOnSignal(stop: () => Promise<void>): void {
  let stopping = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (stopping) process.exit(signal === "SIGINT" ? 130 : 143);
    stopping = true;
    void stop().finally(() => process.exit(0));
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
}

try {
  await main();
} catch (cause) {
  tellSupervisor({ kind: "failed", message: messageOf(cause) });
  log.error("the control plane could not start", { error: cause });
  process.exit(1);
}
