/** JSON-safe facts beside a message; never secrets. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where a service writes what it has to say. One line each; the trace is added by the implementation. */
export interface Log {
  readonly debug: (message: string, fields?: LogFields) => void;
  readonly info: (message: string, fields?: LogFields) => void;
  readonly warn: (message: string, fields?: LogFields) => void;
  readonly error: (message: string, fields?: LogFields) => void;
}

const ignore = () => {};

/** Says nothing. */
export const SILENT_LOG: Log = Object.freeze({ debug: ignore, info: ignore, warn: ignore, error: ignore });
