import type { Runtime } from "../client/runtime.ts";
import { sleep } from "../core/clock.ts";
import { shoalError } from "../core/errors.ts";
import type { Identity } from "../discovery/identity.ts";
import type { Instance } from "../discovery/instance.ts";
import type { Lease } from "../discovery/port.ts";
import { type SupervisorMessage, tellSupervisor } from "../discovery/supervisor-line.ts";
import { listenHttp } from "../transport/http-listener.ts";
import { serveLocally } from "../transport/local-addresses.ts";
import type { Assembled } from "./assemble.ts";
import { drain } from "./drain.ts";
import { instanceIdOf } from "./instance-id.ts";
import type { OwnLife } from "./life.ts";
import { listenerOptionsOf, type ServeOptions } from "./options.ts";

export interface ListenOptions {
  /** Default: PORT, else 0: a free one. */
  readonly port?: number;
  /** Default: SHOAL_HOST, else 127.0.0.1: nobody else's machine can call it. */
  readonly host?: string;
}

/** A service that answers at an address. */
export interface Listening {
  /** Such as "http://127.0.0.1:20001". */
  readonly address: string;
  /** Stops without failing a request: leaves the registry, goes on for `drainPropagationMs`, finishes what it has begun. */
  readonly close: () => Promise<void>;
  readonly [Symbol.asyncDispose]: () => Promise<void>;
}

type Environment = Readonly<Record<string, string | undefined>>;

export interface ListenParts {
  readonly service: string;
  readonly assembled: Assembled;
  readonly runtime: Runtime;
  readonly options: ServeOptions;
  readonly environment?: Environment;
  readonly tell?: (message: SupervisorMessage) => void;
  /** Ended with the service. Default: there is nothing to end. */
  readonly life?: Pick<OwnLife, "beginToStop" | "close"> | undefined;
}

/** How long the registry may take to answer before the service counts as ready without it, in ms. */
const REGISTER_MS = 1_000;
/** The warm-up waits until the rest of the fleet has started too: they all share the machine. */
const WARM_UP_AFTER_MS = 1_000;

/** Listens, registers and says so. Throws PORT_TAKEN, OPTION_INVALID or CONFIG_INVALID. */
export async function listen(parts: ListenParts, given: ListenOptions = {}): Promise<Listening> {
  const { service, assembled, runtime, options, tell = tellSupervisor } = parts;
  const { ports, log, registry, member } = runtime;
  const environment = parts.environment ?? member?.env ?? process.env;
  const { lifecycle } = assembled;
  checkName(service, runtime.identity);
  const host = given.host ?? (environment["SHOAL_HOST"] || "127.0.0.1");
  const port = given.port ?? portIn(environment["PORT"]);
  const listener = await (runtime.listen ?? listenHttp)({
    service,
    handler: assembled.handle,
    onConnection: assembled.limiter.connected,
    host,
    port,
    clock: ports.clock,
    log,
    options: listenerOptionsOf(options),
    mux: environment["SHOAL_MUX"] !== "off",
  });
  const address = addressOf(host, listener.port);
  // A listener of another kind, such as a simulator's, decides by itself who reaches it.
  const inProcess = runtime.listen === undefined ? answerInProcess(address, assembled, runtime) : undefined;
  lifecycle.advance("ready");
  const lease = registry.register(instanceOf(parts, address));
  tell({ kind: "listening", address });
  await registered(lease, runtime);
  tell({ kind: "ready" });
  log.debug(`${service} listens`, { address });
  ports.clock.after(WARM_UP_AFTER_MS, () => void assembled.warmUp());

  const unwatch = runtime.resilience?.watchAdmission(assembled.admissionState);

  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= drain({
      life: parts.life,
      lifecycle,
      lease,
      closeListener: inProcess ? (withinMs) => inProcess.close(listener.close(withinMs), withinMs) : listener.close,
      idle: assembled.limiter.idle,
      streams: assembled.streams,
      clock: ports.clock,
      log,
      drainPropagationMs: options.drainPropagationMs,
      drainMs: options.drainMs,
    }).finally(unwatch);
    return closing;
  };
  return { address, close, [Symbol.asyncDispose]: close };
}

/** Services of the same process call it without a socket; those of its group until all have answered their last request. */
function answerInProcess(address: string, { handle, openDirect }: Assembled, { member, ports }: Runtime) {
  const leave = serveLocally(address, handle, openDirect);
  return {
    async close(closing: Promise<number>, withinMs: number): Promise<number> {
      const timeUp = Promise.withResolvers<void>(); // one of them may never get so far
      const cancel = ports.clock.after(withinMs, timeUp.resolve);
      const cut = await closing;
      if (member) await Promise.race([member.othersDone(), timeUp.promise]);
      cancel();
      leave();
      return cut;
    },
  };
}

function checkName(service: string, identity: Identity): void {
  if (identity.service === "" || identity.service === service) return;
  throw shoalError("CONFIG_INVALID", {
    message: `the fleet knows this process as "${identity.service}", but it serves the contract "${service}"`,
    hint: `Name it "${service}" in shoal.config.ts, or serve another contract.`,
  });
}

function portIn(text: string | undefined): number {
  const port = Number(text || "0");
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw shoalError("OPTION_INVALID", {
    message: `PORT must be an integer from 0 to 65535, got "${text}"`,
    details: { option: "PORT" },
  });
}

/** What callers on this machine use; a server that listens everywhere is reached over loopback. */
function addressOf(host: string, port: number): string {
  if (host === "0.0.0.0") return `http://127.0.0.1:${port}`;
  if (host === "::") return `http://[::1]:${port}`;
  return host.includes(":") ? `http://[${host}]:${port}` : `http://${host}:${port}`;
}

/** The contract's hash joins at a later renewal: making it at the start would make every start slower. */
function instanceOf({ service, assembled, runtime }: ListenParts, address: string): Instance {
  const { identity } = runtime;
  return {
    id: instanceIdOf(service, identity),
    service,
    address,
    realm: identity.realm,
    zone: identity.zone,
    release: identity.release,
    get contract() {
      return assembled.knownHash();
    },
  };
}

/** Callers find it once the registry has it; but a registry that is down is no reason not to serve. */
async function registered(lease: Lease, { ports }: Runtime): Promise<void> {
  if (!lease.registered) return;
  const waiting = new AbortController();
  await Promise.race([lease.registered, sleep(ports.clock, REGISTER_MS, waiting.signal).catch(() => {})]);
  waiting.abort();
}
