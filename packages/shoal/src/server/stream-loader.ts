let loading: Promise<typeof import("./stream-reply.ts")> | undefined;

/** Loads what answers with streams: with the first request for one, because most services have none. */
export function loadStreamReply(): Promise<typeof import("./stream-reply.ts")> {
  loading ??= import("./stream-reply.ts");
  return loading;
}
