/** One event of a `text/event-stream`. */
export interface ServerSentEvent {
  /** "message" when the stream did not name it. */
  readonly event: string;
  readonly data: string;
  /** The last id the stream has given, "" before the first. */
  readonly id: string;
}

export interface SseParser {
  /** Takes the next piece of decoded text, cut anywhere. Throws RangeError over `eventCharsMax`. */
  readonly push: (text: string) => void;
}

/**
 * The event stream interpretation of the HTML standard (9.2.6), without `retry`: CR, LF or CRLF end a line, a comment
 * starts with ":", an event ends at an empty line, one without data is dropped, and so is what the end cuts short.
 *
 * @param eventCharsMax Longest event, in UTF-16 units: a stream that never ends its line must not fill the memory.
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation
 */
export function createSseParser(onEvent: (event: ServerSentEvent) => void, eventCharsMax: number): SseParser {
  let rest: string[] = []; // pieces of a line that has not ended
  let restChars = 0;
  let started = false;
  let skipLineFeed = false;
  let id = "";
  let event = "";
  let data: string[] = [];
  let dataChars = 0;

  const dispatch = () => {
    if (data.length > 0) onEvent({ event: event || "message", data: data.join("\n"), id });
    event = "";
    data = [];
    dataChars = 0;
  };
  const onLine = (line: string) => {
    if (line === "") return dispatch();
    const [field, value] = fieldOf(line);
    if (field === "data") {
      data.push(value);
      dataChars += value.length + 1;
    } else if (field === "event") event = value;
    else if (field === "id" && !value.includes("\0")) id = value;
  };
  const keep = (piece: string) => {
    restChars += piece.length;
    if (restChars + dataChars > eventCharsMax) throw new RangeError(`an event is over ${eventCharsMax} characters`);
    if (piece !== "") rest.push(piece);
  };
  const takeLine = (): string => {
    const line = rest.length === 1 ? (rest[0] ?? "") : rest.join("");
    rest = [];
    restChars = 0;
    return line;
  };

  /** Drops the byte order mark, and the "\n" whose "\r" ended the piece before. */
  const withoutLead = (text: string): string => {
    const lead = started ? (skipLineFeed ? "\n" : "") : "\uFEFF";
    started = true;
    skipLineFeed = text.endsWith("\r");
    return lead !== "" && text.startsWith(lead) ? text.slice(1) : text;
  };

  return {
    push(text) {
      if (text === "") return;
      const lines = withoutLead(text).split(LINE_END);
      lines.forEach((line, index) => {
        keep(line);
        if (index < lines.length - 1) onLine(takeLine());
      });
    },
  };
}

const LINE_END = /\r\n|\r|\n/;

/** A comment has the field name "". */
function fieldOf(line: string): readonly [field: string, value: string] {
  const colon = line.indexOf(":");
  if (colon === -1) return [line, ""];
  const value = line.slice(colon + 1);
  return [line.slice(0, colon), value.startsWith(" ") ? value.slice(1) : value];
}
