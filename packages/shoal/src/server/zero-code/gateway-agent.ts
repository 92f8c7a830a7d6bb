import type { Agent } from "node:http";
import type { Gateway } from "./gateway.ts";
import { serviceOfHost } from "./service-host.ts";

/** An agent of node:http whose connections lead to services. They cost no descriptor, so none has to be saved. */
export function createGatewayAgent(gateway: Gateway): Agent {
  const { Agent } = process.getBuiltinModule("node:http");
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = ({ host }) => gateway.connect(serviceOfHost(host ?? "") ?? "");
  return agent;
}
