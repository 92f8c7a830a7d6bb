/** The content type of server-sent events: always UTF-8. */
export const EVENT_STREAM = "text/event-stream";

/** Named so that a browser's EventSource, whose own failures are called "error", tells them apart. */
export const STREAM_EVENT = Object.freeze({
  /** An item: the name that events without a name have. */
  item: "message",
  /** The regular end. */
  end: "end",
  /** The stream failed; its data is a problem document. */
  problem: "problem",
});
