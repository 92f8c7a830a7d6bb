/** An answer of the API with its HTTP status. */
export interface CommandReply {
  readonly status: number;
  readonly value: unknown;
}

export function notFound(code: string, detail: string): CommandReply {
  return {
    status: 404,
    value: {
      type: "about:blank",
      title: "Not Found",
      status: 404,
      code,
      detail,
      hint: "See what there is with: shoal ps",
    },
  };
}
