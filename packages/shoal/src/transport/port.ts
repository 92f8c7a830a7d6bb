import type { Context } from "../core/context.ts";
import type { HttpReply, HttpRequest } from "../core/message.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Service } from "../core/service.ts";
import type { DirectService } from "./direct.ts";

/**
 * The way to one instance. A reply of any status is a success here: what it means is decided above. A failure is
 * `unsent` (nothing reached the instance), `nacked` (it did not begin), `ambiguous` (it may have) or `final` (the caller has gone).
 */
export interface Connection {
  readonly send: (request: HttpRequest, context: Context) => Promise<Outcome<HttpReply>>;
  /** Calls that it carries at once, where that is known. Default: as many as it may open sockets. */
  readonly callsMax?: () => number | undefined;
  /** True while it may soon carry many more: who comes meanwhile had better wait than be refused. Default: never. */
  readonly isOpening?: () => boolean;
  /** The service itself, where it is in this process and takes calls without a message; undefined while it does not. */
  readonly direct?: () => DirectService | undefined;
  /** Closes at once what is idle, and the rest when it is done. */
  readonly close: () => Promise<void>;
}

/** Opens connections. One embedded transport speaks HTTP/1.1, one calls a service in the same process. */
export interface Transport {
  /**
   * @param address Such as "http://127.0.0.1:20001" or "local:quotes".
   * @param connectionsMax Sockets to it, at most. Default: the transport's own ceiling.
   */
  readonly connect: (address: string, connectionsMax?: number) => Connection;
}

/** What a listening server is made of: it answers every request, and never rejects. */
export type Handler = Service<HttpRequest, HttpReply>;
