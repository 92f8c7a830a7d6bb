import { closeClients, sendToService } from "../client/client.ts";
import { parseServiceUrl } from "../client/service-url.ts";
import { SILENT_LOG } from "../core/log.ts";
import { headerOf, readBody } from "../core/message.ts";
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
  readonly text: string;
}

/** Calls services by name, as a service of the fleet would. */
export interface ServiceClient extends AsyncDisposable {
  /**
   * @param url Such as "service://quotes/quotes/42". Throws USAGE for a URL of no service, and what the client throws
   * when no instance answered; an error reply is a reply.
   * @param deadlineMs Of the whole call. Default: that of the client, 10 000.
   */
  readonly send: (url: string, request: ServiceRequest, deadlineMs?: number) => Promise<ServiceReply>;
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
  return {
    async send(url, { method, headers, body }, deadlineMs) {
      const to = parseServiceUrl(url);
      if (!to) throw usage(`"${url}" is no address of a service`, "Give it as service://quotes/quotes/42.");
      const request = { method, target: to.target, headers, body: body === undefined ? undefined : Buffer.from(body) };
      // Somebody who gives a call more time than usual means its attempts, too.
      const policy = deadlineMs === undefined ? {} : { deadlineMs, attemptMs: deadlineMs };
      const reply = await sendToService(runtime, to.service, request, { ...policy, replyInMemory: true }).catch(
        async (error) => {
          throw await explainAbsence(error, to.service, target.control);
        },
      );
      const text = Buffer.from(await readBody(reply.body, REPLY_BYTES_MAX)).toString("utf8");
      const names = Object.keys(reply.headers);
      return {
        status: reply.status,
        headers: Object.fromEntries(names.map((name) => [name, headerOf(reply.headers, name) ?? ""])),
        text,
      };
    },
    async [Symbol.asyncDispose]() {
      closeClients(runtime);
      registry.close();
    },
  };
}
