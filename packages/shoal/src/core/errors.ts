/**
 * Whether trying again can help:
 * - `now`: the work was provably not begun, another instance may take it at once;
 * - `later`: it may work after a pause, if the operation is idempotent;
 * - `never`: the same request will fail again, or trying again would do harm.
 */
export type RetryAdvice = "now" | "later" | "never";

interface ErrorRow {
  /** HTTP status when a server answers with this error. */
  readonly status: number;
  readonly retry: RetryAdvice;
  /** What to do next, for the person who reads it. */
  readonly hint: string;
}

/** One row per error code; the codes are public API: add rows, never rename or reuse one. Documented in docs/errors.md. */
export const ERRORS = {
  ATTEMPT_TIMEOUT: {
    status: 504,
    retry: "later",
    hint: "Look at the callee's p99, or raise attemptMs in the call policy.",
  },
  BODY_MALFORMED: { status: 400, retry: "never", hint: "Send a body that parses as the declared content type." },
  BODY_TOO_LARGE: {
    status: 413,
    retry: "never",
    hint: "Send less, or raise bodyBytesMax where the service is served.",
  },
  CANCELLED: { status: 499, retry: "never", hint: "The caller went away; nothing to do." },
  CONFIG_INVALID: { status: 500, retry: "never", hint: "Correct the entry of shoal.config.ts named above." },
  CONFIG_MISSING: {
    status: 500,
    retry: "never",
    hint: "Run `shoal init` to make a fleet here, or pass --config FILE.",
  },
  CONNECTION_LOST: {
    status: 502,
    retry: "later",
    hint: "The callee closed the connection before it answered: see its logs.",
  },
  CONNECT_FAILED: {
    status: 503,
    retry: "now",
    hint: "Nothing listens there: see `shoal ps` for the instance's state.",
  },
  CONTRACT_INVALID: { status: 500, retry: "never", hint: "Correct the contract named above." },
  CONTROL_UNREACHABLE: {
    status: 503,
    retry: "later",
    hint: "Start the fleet with `shoal up`, or set SHOAL_CONTROL to its URL.",
  },
  DEADLINE_EXCEEDED: {
    status: 504,
    retry: "never",
    hint: "Look for the slow service: its p99 in `shoal up`. Or raise deadlineMs in the call policy.",
  },
  DRAINING: { status: 503, retry: "now", hint: "The instance is stopping; another one takes the request." },
  EXCHANGE_UNKNOWN: {
    status: 404,
    retry: "never",
    hint: "`shoal traffic` lists those that are kept; `--run all` those of earlier runs too.",
  },
  EXECUTABLE_MISSING: { status: 500, retry: "never", hint: "Install it, or correct the command in shoal.config.ts." },
  FAULT_INJECTED: {
    status: 503,
    retry: "later",
    hint: "Nothing is broken: `shoal fault ls` tells who asked for it, `shoal fault rm ID` ends it.",
  },
  FAULT_REFUSED: {
    status: 403,
    retry: "never",
    hint: "Faults are for development: the realm local or dev, or SHOAL_FAULTS=allowed for the control plane.",
  },
  FAULT_UNKNOWN: { status: 404, retry: "never", hint: "`shoal fault ls` lists those that last; each ends by itself." },
  FLEET_NOT_RUNNING: { status: 503, retry: "never", hint: "Start it with `shoal up`." },
  FLEET_RUNNING: { status: 409, retry: "never", hint: "Use `shoal ps` to see it, or `shoal down` to stop it." },
  FORBIDDEN: {
    status: 403,
    retry: "never",
    hint: "Call it from the machine itself, under its own address, with its token if it has one.",
  },
  HEADERS_TOO_LARGE: { status: 431, retry: "never", hint: "Send fewer or shorter headers, cookies included." },
  HISTORY_BUSY: {
    status: 503,
    retry: "later",
    hint: "More telemetry came than can be written; send it again after a second, or sample less.",
  },
  HISTORY_UNAVAILABLE: {
    status: 503,
    retry: "later",
    hint: "Free disk space or check the permissions of .shoal/; the fleet runs on without its history.",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    retry: "later",
    hint: "The first request with this key is still running; ask again when it is done.",
  },
  IDEMPOTENCY_MISMATCH: { status: 422, retry: "never", hint: "Use a new Idempotency-Key for a different request." },
  INTERNAL: {
    status: 500,
    retry: "later",
    hint: "The handler threw: the service's log has the error with this trace id.",
  },
  LIMIT_REACHED: {
    status: 503,
    retry: "now",
    hint: "Too many calls wait for this instance; add instances or raise the limit named above.",
  },
  METHOD_NOT_ALLOWED: { status: 405, retry: "never", hint: "Use a method listed in the Allow header." },
  NO_INSTANCE: {
    status: 503,
    retry: "later",
    hint: "See `shoal ps`: the service is down, starting, or not part of this realm.",
  },
  NPM_FAILED: { status: 500, retry: "later", hint: "Run `npm install` in the folder named above." },
  OPERATION_UNKNOWN: { status: 404, retry: "never", hint: "See the service's /openapi.json for what it offers." },
  OPTION_INVALID: { status: 500, retry: "never", hint: "Correct the option named above." },
  OVERLOADED: {
    status: 503,
    retry: "now",
    hint: "The instance is at its limit and did not begin the work; add instances.",
  },
  PORT_TAKEN: { status: 500, retry: "never", hint: "Stop what listens there, or choose another port." },
  REPLY_INVALID: {
    status: 502,
    retry: "never",
    hint: "The service broke its contract; correct its handler or the contract.",
  },
  REQUEST_INVALID: { status: 400, retry: "never", hint: "Correct the fields listed in `issues`." },
  REQUEST_TIMEOUT: { status: 408, retry: "never", hint: "Send the whole request faster than the limit named above." },
  SERVICE_FAILED: { status: 500, retry: "never", hint: "See `shoal logs SERVICE` for what it printed." },
  SERVICE_UNKNOWN: { status: 503, retry: "never", hint: "Add it to shoal.config.ts, or correct the name." },
  STORE_UNAVAILABLE: {
    status: 503,
    retry: "later",
    hint: "Free disk space or check the permissions of .shoal/; the fleet runs on without it.",
  },
  THROTTLED: {
    status: 503,
    retry: "never",
    hint: "The service refuses most requests: see its load in `shoal up`, add instances, or call again after some seconds.",
  },
  TRACE_UNKNOWN: {
    status: 404,
    retry: "never",
    hint: "`shoal trace` lists those that are kept; `--run all` those of earlier runs too.",
  },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, retry: "never", hint: "Send application/json." },
  UPSTREAM_FAILED: { status: 502, retry: "later", hint: "The callee answered with an error of its own: see its logs." },
  USAGE: { status: 400, retry: "never", hint: "See `shoal help`." },
} as const satisfies Record<string, ErrorRow>;

export type ErrorCode = keyof typeof ERRORS;

export interface ShoalErrorOptions extends ErrorOptions {
  /** What happened and where, with the values that matter. The code is put before it. */
  readonly message: string;
  /** Replaces the table's hint when the throw site knows better. */
  readonly hint?: string | undefined;
  /** Replaces the table's HTTP status. */
  readonly status?: number | undefined;
  /** Replaces the table's advice. */
  readonly retry?: RetryAdvice | undefined;
  /** JSON-safe facts for logs, tests and problem documents; never secrets, never payloads. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
  /** Who answered with it, when it came over the wire. */
  readonly origin?: string | undefined;
}

const BRAND = Symbol.for("shoal.error");
const NO_DETAILS: ShoalError["details"] = Object.freeze({});

/**
 * The only error class thrown across a public boundary. Match on `code`, never on `message`.
 * `code` is a row of ERRORS, or the name of an error that a contract declares.
 *
 * What Node prints of an uncaught error is read by people: the stack, then what helps them and no more. So the rest is no
 * property of the error's own: to define one as hidden costs more than all else of an error, and in an outage every
 * call makes several.
 */
export class ShoalError<Code extends string = string> extends Error {
  override readonly name = "ShoalError";
  declare readonly [BRAND]: true;
  readonly code: Code;
  readonly #status: number;
  readonly #retry: RetryAdvice;
  readonly hint: string;
  declare readonly details: Readonly<Record<string, unknown>>;
  /** Who answered with it; undefined for an error made in this process. A server never passes a callee's error on. */
  declare readonly origin: string | undefined;

  static {
    Object.defineProperty(ShoalError.prototype, BRAND, { value: true });
    Object.defineProperty(ShoalError.prototype, "details", { value: NO_DETAILS, writable: true });
    Object.defineProperty(ShoalError.prototype, "origin", { value: undefined, writable: true });
  }

  constructor(code: Code, options: ShoalErrorOptions) {
    super(`[${code}] ${options.message}`, options.cause === undefined ? undefined : { cause: options.cause });
    // A code may have come over the wire, "constructor" included.
    const row = Object.hasOwn(ERRORS, code) ? (ERRORS as Readonly<Record<string, ErrorRow>>)[code] : undefined;
    this.code = code;
    this.#status = options.status ?? row?.status ?? 500;
    this.#retry = options.retry ?? row?.retry ?? "never";
    this.hint = options.hint ?? row?.hint ?? "";
    if (options.details !== undefined && Object.keys(options.details).length > 0) this.details = options.details;
    if (options.origin !== undefined) this.origin = options.origin;
  }

  get status(): number {
    return this.#status;
  }

  get retry(): RetryAdvice {
    return this.#retry;
  }
}

/** Makes an error of the table: the same as `new ShoalError`, with the code checked by the compiler. */
export function shoalError<Code extends ErrorCode>(code: Code, options: ShoalErrorOptions): ShoalError<Code> {
  return new ShoalError(code, options);
}

/** True for a ShoalError of any copy of this package in the process, where `instanceof` would say no. */
export function isShoalError(value: unknown): value is ShoalError {
  return typeof value === "object" && value !== null && BRAND in value;
}

/** What a caught value says, on one line: for messages that quote a cause. */
export function messageOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.message === "") return cause.errors.map(messageOf).join("; ");
  return cause instanceof Error ? cause.message : String(cause);
}
