// Typed calls: between two processes on two cores, one at a time, in one process, and how their cost grows. Beside
// Moleculer, NestJS, gRPC, Connect, tRPC and Fastify with undici. Shoal validates and records as in production; the others
// do what they do by default. Not measured here: a network, TLS, and more than two cores.
import { runParts } from "./support/parts.ts";
import { measureGrowth } from "./wire/growth.ts";
import { measureLocal } from "./wire/local.ts";
import { measurePing } from "./wire/ping.ts";
import { measureTyped } from "./wire/typed.ts";

await runParts("wire", 3, { typed: measureTyped, ping: measurePing, local: measureLocal, growth: measureGrowth });
