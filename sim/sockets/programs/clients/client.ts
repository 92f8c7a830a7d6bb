import type { CallOptions, CallPolicy } from "shoal";

/** Makes calls to the leaf as one client of its own, which shares nothing with the others of its process. */
export interface Client {
  readonly work: (options: Pick<CallOptions, "criticality">) => Promise<unknown>;
  readonly order: (id: string) => Promise<unknown>;
}

/** What a client may be: the product's, or one beside which it is measured. */
export type ClientKind = "shoal" | "naive" | "fresh" | "retry-agent" | "balanced-pool";

export interface ClientOptions {
  readonly policy: CallPolicy;
  /** Of the instances, for those that find nobody by themselves. */
  readonly addresses: readonly string[];
}
