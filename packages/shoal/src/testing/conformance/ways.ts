import { createHttpTransport } from "../../transport/http-client.ts";
import type { Transport } from "../../transport/port.ts";

/** How a consumer and a service are connected; the suite must not be able to tell. */
export interface Way {
  readonly name: string;
  readonly transport: () => Transport;
}

export const WAYS: readonly Way[] = [{ name: "http", transport: createHttpTransport }];
