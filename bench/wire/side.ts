import type { Quote } from "./quote.ts";

/** Makes one call, and resolves with its reply as the caller's program gets it. */
export type OneCall = (quote: Quote) => Promise<Quote>;

/** What a provider does for a call. */
export type Work = (quote: Quote) => Quote | Promise<Quote>;

/** One way to call another process: its provider's end and its caller's. */
export interface Side {
  /** Begins to serve, with the work it is given. Resolves with the address that the caller is given. */
  readonly serve: (work: Work) => Promise<string>;
  /** Resolves when calls can be made. @param addresses Of the providers. */
  readonly open: (addresses: readonly string[]) => Promise<OneCall>;
}

/** Each in a file of its own, so that a process loads only what it measures. */
export const SIDE_NAMES = [
  "shoal",
  "shoal-http",
  "moleculer",
  "nest",
  "grpc",
  "connect",
  "trpc",
  "fastify",
  "net",
] as const;
export type SideName = (typeof SIDE_NAMES)[number];

/** How they are called in tables. */
export const TITLES: Readonly<Record<SideName, string>> = {
  shoal: "Shoal",
  "shoal-http": "Shoal, HTTP/1.1 alone (SHOAL_MUX=off)",
  moleculer: "Moleculer TCP",
  nest: "NestJS TCP",
  grpc: "gRPC (@grpc/grpc-js)",
  connect: "Connect (@connectrpc/connect-node, HTTP/2)",
  trpc: "tRPC (httpBatchLink)",
  fastify: "Fastify + undici",
  net: "bare net, JSON",
};

export async function loadSide(name: SideName): Promise<Side> {
  const file = name === "shoal-http" ? "shoal" : name;
  const { side } = (await import(`./sides/${file}.ts`)) as { readonly side: Side };
  return side;
}
