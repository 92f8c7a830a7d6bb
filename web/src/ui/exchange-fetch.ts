import type { ExchangeDetail } from "../api/types.ts";
import { isRedacted } from "./exchange-parties.ts";

/** What whoever sends says by itself, or what each call has of its own; the same as in curl.ts. */
const OWN =
  /^(?:host|content-length|connection|transfer-encoding|accept-encoding|keep-alive|expect|te|trailer|upgrade|traceparent|tracestate|x-deadline-ms|x-shoal-.*|:.*)$/i;

/**
 * JavaScript that sends the request again with fetch, in a console, a test or a script. What was redacted is left out, and
 * a comment says so, as one does when the body is not all of it.
 */
export function toFetch({ method, url, request }: Pick<ExchangeDetail, "method" | "url" | "request">): string {
  const { headers, body } = request;
  const sent = headers.filter(([name, value]) => !OWN.test(name) && !isRedacted(value));
  const hidden = headers.filter(([, value]) => isRedacted(value)).map(([name]) => name);
  const comments = [
    hidden.length > 0 && `left out, because they were redacted: ${[...new Set(hidden)].join(", ")}`,
    isRedacted(url) && "a part of the URL was redacted",
    isRedacted(body.text) && "a part of the body was redacted",
    body.bytes > 0 && (body.text === "" || body.truncated) && `the body is not all of its ${body.bytes} bytes`,
  ].filter((comment) => comment !== false);
  const options = [
    method !== "GET" && `  method: ${quoted(method)},\n`,
    sent.length > 0 && `  headers: [\n${sent.map(pairLine).join("")}  ],\n`,
    body.text !== "" && `  body: ${bodyOf(body)},\n`,
  ].filter((option) => option !== false);
  const lines = comments.map((comment) => `// ${comment.replaceAll(/[\r\n\u2028\u2029]/g, " ")}\n`).join("");
  const second = options.length === 0 ? "" : `, {\n${options.join("")}}`;
  return `${lines}const reply = await fetch(${quoted(url)}${second});\nconsole.log(reply.status, await reply.text());`;
}

/** In pairs: a header may come twice. */
function pairLine([name, value]: readonly [string, string]): string {
  return `    [${quoted(name)}, ${quoted(value)}],\n`;
}

function bodyOf({ encoding, text }: ExchangeDetail["request"]["body"]): string {
  return encoding === "base64" ? `Uint8Array.fromBase64(${quoted(text)})` : quoted(text);
}

/** JSON is JavaScript. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
