/** What a server does beside answering: nothing; checking what arrives; that, and telling of it. */
export const LEVELS = ["bare", "validated", "observed"] as const;
export type Level = (typeof LEVELS)[number];

/** One way to serve POST /quotes: JSON in, JSON out. */
export interface HttpServer {
  /** Resolves with its address, such as "http://127.0.0.1:20001". */
  readonly serve: (level: Level) => Promise<string>;
}

/** Of a body that is not what it must be. */
export const INVALID_STATUS = 422;
