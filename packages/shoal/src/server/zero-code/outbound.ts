import type { Agent } from "node:http";
import { SILENT_LOG } from "../../core/log.ts";
import type { Ports } from "../../core/service.ts";
import type { Identity } from "../../discovery/identity.ts";
import { type CallService, createGateway, type Gateway } from "./gateway.ts";
import { createGatewayAgent } from "./gateway-agent.ts";
import { outgoingHeaders } from "./outgoing-headers.ts";

/** What the patches of HTTP clients share. */
export interface Outbound {
  readonly gateway: () => Gateway;
  readonly agent: () => Agent;
  readonly headers: () => Readonly<Record<string, string>>;
}

/** The client itself is loaded with the first call. */
const call: CallService = async (service, request, context) => {
  const [{ sendToService }, { processRuntime }] = await Promise.all([
    import("../../client/client.ts"),
    import("../../client/process-runtime.ts"),
  ]);
  return sendToService(processRuntime(), service, request, { context, signal: context.signal });
};

export function createOutbound(ports: Ports, identity: Identity): Outbound {
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
    headers: () => outgoingHeaders(ports.clock.now()),
  };
}
