import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Addresses that mean "every address of this machine". */
const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "::", ""]);

/** Where callers on this machine find a listening server, or undefined when it listens on no TCP port. */
export function servedAddress(server: Server): { readonly port: number; readonly address: string } | undefined {
  const bound = server.address();
  if (bound === null || typeof bound === "string") return undefined;
  return { port: bound.port, address: `${schemeOf(server)}://${hostOf(bound)}:${bound.port}` };
}

function hostOf({ address, family }: AddressInfo): string {
  if (ANY.has(address)) return "127.0.0.1"; // "::" takes IPv4 too, unless an app went out of its way
  return family === "IPv6" ? `[${address}]` : address;
}

/** Without loading TLS to ask: only a TLS server has certificates to set. */
function schemeOf(server: Server): "http" | "https" {
  return "setSecureContext" in server ? "https" : "http";
}
