import type { Runtime } from "../client/runtime.ts";
import { SILENT_LOG } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import type { Registry } from "../discovery/port.ts";
import { NO_METER } from "../telemetry/meter.ts";
import { createHttpTransport } from "../transport/http-client.ts";
import type { Transport } from "../transport/port.ts";
import { readPackageInfo } from "./package-info.ts";

/** What services see as the caller. */
const CALLER = "shoal-cli";

export interface CliRuntimeOptions {
  readonly ports: Ports;
  readonly registry: Registry;
  readonly realm: string;
  /** The control plane's URL. */
  readonly control: string;
  /** Sent with every request as a bearer token: only for a runtime that calls nobody but the control plane. */
  readonly token?: string | undefined;
}

/** What Shoal's own client needs from around it, for a command that calls something. */
export function cliRuntime({ ports, registry, realm, control, token }: CliRuntimeOptions): Runtime {
  return Object.freeze({
    ports,
    registry,
    identity: {
      service: CALLER,
      instance: `${CALLER}-${process.pid}`,
      realm,
      zone: "local",
      release: readPackageInfo().version,
      control,
      fallbackRealms: {},
      stateFolder: undefined,
    },
    transport: token === undefined ? createHttpTransport() : withToken(createHttpTransport(), token),
    meter: NO_METER,
    log: SILENT_LOG,
  });
}

function withToken(transport: Transport, token: string): Transport {
  const authorization = `Bearer ${token}`;
  return {
    connect(address) {
      const { send, close } = transport.connect(address);
      return {
        send: (request, context) => send({ ...request, headers: { ...request.headers, authorization } }, context),
        close,
      };
    },
  };
}
