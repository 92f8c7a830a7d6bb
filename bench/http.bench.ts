// HTTP alone: Shoal's server beside bare node:http, Fastify, Hono, Express and NestJS, and its client beside undici,
// global fetch, got and cockatiel. Not measured here: TLS, HTTP/2, large bodies, and the mux wire.
import { measureClients } from "./http/clients.ts";
import { measureServers } from "./http/servers.ts";
import { runParts } from "./support/parts.ts";

await runParts("http", 3, { servers: measureServers, clients: measureClients });
