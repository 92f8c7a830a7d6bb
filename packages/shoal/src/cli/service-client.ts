import { closeClients, type SendOptions, sendToService } from "../client/client.ts";
import { parseServiceUrl } from "../client/service-url.ts";
import { SILENT_LOG } from "../core/log.ts";
import { type HttpReply, headerOf, readBody } from "../core/message.ts";
import { controlRegistry } from "../discovery/control-registry.ts";
import { explainAbsence } from "./absent-service.ts";
import { usage } from "./args.ts";
import { cliRuntime } from "./cli-runtime.ts";
import type { CliPorts } from "./ports.ts";
import type { ControlTarget } from "./running-fleet.ts";

export interface ServiceRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

export interface ServiceReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** The body as UTF-8, whether or not it is that. */
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** Calls services by name, as a service of the fleet would. */
export interface ServiceClient extends AsyncDisposable {
  /**
   * @param url Such as "service://quotes/quotes/42". Throws USAGE for a URL of no service, and what the client throws
   * when no instance answered; an error reply is a reply.
   * @param deadlineMs Of the whole call. Default: that of the client, 10 000.
   */
  readonly send: (url: string, request: ServiceRequest, deadlineMs?: number) => Promise<ServiceReply>;
  /** As `send`, for a reply that streams. @param signal Ends it. @param deadlineMs Until its beginning. */
  readonly open: (url: string, request: ServiceRequest, signal: AbortSignal, deadlineMs?: number) => Promise<HttpReply>;
}

/** A longer reply is no use on a terminal. */
const REPLY_BYTES_MAX = 64 * 1024 * 1024;

/** Shoal's own client over the fleet's registry: discovery, deadlines, retries and trace as in a service. */
export async function openServiceClient(ports: CliPorts, target: ControlTarget): Promise<ServiceClient> {
  const control = target.address;
  const realm = await target.realm();
  const options = { ports, identity: { control, realm, fallbackRealms: {} }, log: SILENT_LOG };
  const registry = controlRegistry(options);
  const runtime = cliRuntime({ ports, registry, realm, control });
  const sendTo = async (url: string, given: ServiceRequest, options: SendOptions, deadlineMs: number | undefined) => {
    const to = parseServiceUrl(url);
    if (!to) throw usage(`"${url}" is no address of a service`, "Give it as service://quotes/quotes/42.");
    const { method, headers, body } = given;
    const request = { method, target: to.target, headers, body: body === undefined ? undefined : Buffer.from(body) };
    // Somebody who gives a call more time than usual means its attempts, too.
    const policy = deadlineMs === undefined ? {} : { deadlineMs, attemptMs: deadlineMs };
    return sendToService(runtime, to.service, request, { ...policy, ...options }).catch(async (error) => {
      throw await explainAbsence(error, to.service, target.control);
    });
  };
  return {
    async send(url, request, deadlineMs) {
      return wholeReply(await sendTo(url, request, { replyInMemory: true }, deadlineMs));
    },
    open: (url, request, signal, deadlineMs) => sendTo(url, request, { signal }, deadlineMs),
    async [Symbol.asyncDispose]() {
      closeClients(runtime);
      registry.close();
    },
  };
}

/** Reads a reply to its end. */
export async function wholeReply({ status, headers, body }: HttpReply): Promise<ServiceReply> {
  const bytes = await readBody(body, REPLY_BYTES_MAX);
  const text = Buffer.from(bytes).toString("utf8");
  const names = Object.keys(headers);
  return {
    status,
    headers: Object.fromEntries(names.map((name) => [name, headerOf(headers, name) ?? ""])),
    text,
    bytes,
  };
}
