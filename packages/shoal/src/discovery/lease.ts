import type { Cancel } from "../core/clock.ts";
import { messageOf } from "../core/errors.ts";
import { parseJson } from "../core/json.ts";
import type { Log } from "../core/log.ts";
import type { Ports } from "../core/service.ts";
import { randomHex } from "../core/trace-context.ts";
import type { ControlLink, LinkReply } from "./control-link.ts";
import type { Instance } from "./instance.ts";
import type { Lease } from "./port.ts";
import { QUIET_MS, reconnectDelayMs } from "./reconnect-delay.ts";

/** How long the registry keeps an instance that does not renew, in ms: three renewals may be lost. */
const LEASE_MS = 10_000;
/** Pause between renewals, in ms; each differs by up to a tenth, so that a fleet started as one spreads out. */
const RENEW_MS = 3_000;
const RENEW_JITTER = 0.1;
/** How long one request may take, in ms. */
const SEND_MS = 2_000;
/** How long leaving may take, in ms: a process that stops must not wait for a control plane that is gone. */
export const LEAVE_MS = 1_000;

export interface LeaseOptions {
  readonly ports: Ports;
  readonly link: ControlLink;
  readonly instance: Instance;
  readonly log: Log;
}

/** A lease that is renewed until it is left. */
export interface RenewedLease extends Lease {
  readonly registered: Promise<void>;
  /** Renews at once: the control plane has come back and may have lost its memory. */
  readonly renewNow: () => void;
  /** Renews no more and does not leave. */
  readonly stop: () => void;
}

export function instancePath(id: string): string {
  return `/registry/v1/instances/${encodeURIComponent(id)}`;
}

/** Registers `instance` and renews until `leave`. Registering and renewing are the same request, so nothing is ever lost. */
export function keepLease({ ports, link, instance, log }: LeaseOptions): RenewedLease {
  let registration = randomHex(ports.random, 2);
  let failures = 0;
  let failingSinceMs = 0;
  let cancel: Cancel | undefined;
  let sending: Promise<void> | undefined;
  let leaving: Promise<void> | undefined;
  let ended = false;
  let warned = "";
  const registered = Promise.withResolvers<void>();

  const send = async () => {
    const body = { ...instance, registration, leaseMs: LEASE_MS };
    const options = { body, timeoutMs: SEND_MS, held: false };
    const outcome = await link.send("PUT", instancePath(instance.id), options).catch(messageOf);
    sending = undefined;
    if (ended) return;
    const problem = typeof outcome === "string" ? outcome : problemOf(outcome);
    if (problem === undefined && typeof outcome !== "string") return onRenewed(outcome);
    // 410: someone said this instance had ended; it has not, so it comes back as a new one
    if (typeof outcome !== "string" && outcome.status === 410) registration = randomHex(ports.random, 2);
    onFailed(problem ?? "");
  };
  const onRenewed = (reply: LinkReply) => {
    if (warned !== "") log.info("registered again");
    failures = 0;
    warned = "";
    registered.resolve();
    const renewMs = Math.min(RENEW_MS, (leaseMsOf(reply) * RENEW_MS) / LEASE_MS);
    schedule(renewMs * (1 + RENEW_JITTER * (2 * ports.random() - 1)));
  };
  const onFailed = (reason: string) => {
    if (failures === 0) failingSinceMs = ports.clock.now();
    failures += 1;
    if (reason !== warned && ports.clock.now() - failingSinceMs >= QUIET_MS) {
      log.warn("cannot register; trying on", { reason });
      warned = reason;
    }
    schedule(reconnectDelayMs(failures, ports.random));
  };
  const schedule = (ms: number) => {
    cancel = ports.clock.after(ms, start);
  };
  const start = () => {
    if (ended) return;
    cancel?.();
    sending ??= send();
  };
  const stop = () => {
    ended = true;
    cancel?.();
  };
  const leave = async () => {
    stop();
    registered.resolve();
    // the renewal under way first: were it to overtake, the instance would be back for the length of a lease
    await sending;
    await link.send("DELETE", instancePath(instance.id), { timeoutMs: LEAVE_MS, held: true }).catch(() => {});
  };

  start();
  return {
    registered: registered.promise,
    renewNow: start,
    stop,
    leave() {
      leaving ??= within(ports, LEAVE_MS, leave());
      return leaving;
    },
  };
}

function problemOf(reply: LinkReply): string | undefined {
  return reply.status === 200 ? undefined : `the control plane answered ${reply.status}: ${reply.text.slice(0, 500)}`;
}

/** The length the registry granted; the one asked for when it does not say. */
function leaseMsOf(reply: LinkReply): number {
  try {
    const leaseMs = (parseJson(reply.text) as { readonly leaseMs?: unknown } | null)?.leaseMs;
    return typeof leaseMs === "number" && leaseMs >= 1_000 ? leaseMs : LEASE_MS;
  } catch {
    return LEASE_MS;
  }
}

/** Resolves with `task`, or after `ms`. */
function within({ clock }: Ports, ms: number, task: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(ms, resolve);
    void task.finally(() => {
      cancel();
      resolve();
    });
  });
}
