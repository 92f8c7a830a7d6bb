import type { Agent } from "node:http";
import { groupScope } from "../../client/group-scope.ts";
import { SILENT_LOG } from "../../core/log.ts";
import type { Identity } from "../../discovery/identity.ts";
import { systemPorts } from "../../transport/system-ports.ts";
import { type CallService, createGateway, type Gateway } from "./gateway.ts";
import { createGatewayAgent } from "./gateway-agent.ts";
import { outgoingHeaders } from "./outgoing-headers.ts";

/** What the patches of HTTP clients share. */
export interface Outbound {
  readonly gateway: () => Gateway;
  readonly agent: () => Agent;
  readonly headers: () => Readonly<Record<string, string>>;
}

/**
 * Which service of a group calls. It goes no further than the gateway in this process; there, a call comes over a
 * connection that others have used before, and so out of the context of whoever opened it.
 */
const MEMBER = "x-shoal-member";

let loaded: Promise<CallService> | undefined;

/** The client is loaded with the first call. */
const call: CallService = async (...given) => {
  loaded ??= loadClient();
  return (await loaded)(...given);
};

async function loadClient(): Promise<CallService> {
  const { sendToService } = await import("../../client/client.ts");
  const { recorderOf } = await import("../../client/runtime.ts");
  const { processRuntime } = await import("../../client/process-runtime.ts");
  const runtime = processRuntime();
  return (service, { headers: { [MEMBER]: member, ...given }, ...rest }, context) => {
    const request = { ...rest, headers: given };
    const own = (member === undefined ? undefined : groupScope.of?.runtimeOf(member)) ?? runtime;
    // What is recorded continues in our own span: the headers of the app's are read already, and made anew from it.
    const { traceparent: _parent, tracestate: _state, ...headers } = request.headers;
    const sent = recorderOf(own) ? { ...request, headers } : request;
    return sendToService(own, service, sent, { context, signal: context.signal });
  };
}

export function createOutbound(identity: Identity): Outbound {
  const ports = systemPorts;
  const source = { ports, realm: identity.realm, log: SILENT_LOG, handlerMs: Number.POSITIVE_INFINITY };
  let gateway: Gateway | undefined;
  let agent: Agent | undefined;
  const gatewayOf = () => {
    gateway ??= createGateway({
      call,
      source: () => source,
      clock: ports.clock,
    });
    return gateway;
  };
  return {
    gateway: gatewayOf,
    agent() {
      agent ??= createGatewayAgent(gatewayOf());
      return agent;
    },
    headers() {
      const member = groupScope.of?.current();
      return { ...outgoingHeaders(ports.clock.now()), ...(member !== undefined && { [MEMBER]: member }) };
    },
  };
}
