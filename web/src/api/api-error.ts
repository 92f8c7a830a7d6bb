/** What the control plane answered instead of a reply, or why it did not answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** 0 when it could not be reached. */
  readonly status: number;
  /** A code of the error catalogue, such as "traceUnknown". */
  readonly code: string;
  readonly hint: string;

  constructor(status: number, problem: Readonly<Record<string, unknown>>) {
    const code = textOf(problem["code"]);
    const isBusy = status === 503 && code === "OVERLOADED";
    const said = textOf(problem["detail"]) || textOf(problem["title"]) || `the control plane answered ${status}`;
    super(isBusy ? "The control plane is busy" : said);
    this.status = status;
    this.code = code;
    // What it says of itself as of any service, "add instances", is no help: there is one.
    this.hint = isBusy ? "It did not begin with this, and may do so in a moment: try again." : textOf(problem["hint"]);
  }
}

/** The control plane cannot be reached: it may be restarting. */
export function unreachable(): ApiError {
  return new ApiError(0, {
    code: "UNREACHABLE",
    detail: "The control plane does not answer.",
    hint: "It may be restarting; this page goes on by itself when it is back. Otherwise run: shoal up",
  });
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
