// No import of node: here: the dashboard uses this in the browser.
import type { Exchange } from "./records.ts";
import { REDACTED } from "./redacted.ts";

export interface CurlOptions {
  /** What to put in place of the URL's origin, such as an instance's address: curl knows no services by name. */
  readonly origin?: string | undefined;
}

/** What curl says by itself, what belonged to the one connection, and what each call has of its own. */
const OWN =
  /^(?:host|content-length|connection|transfer-encoding|accept-encoding|keep-alive|expect|te|trailer|upgrade|traceparent|tracestate|x-deadline-ms|x-shoal-.*|:.*)$/i;

/** What a terminal obeys, or shows in another order, when the command is printed or pasted there. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
const UNPRINTABLES = new RegExp(UNPRINTABLE, "g");

/**
 * A command for any POSIX shell that sends the request again with curl. What was redacted is left out, and a comment
 * above the command says so; a body that is no text is piped in.
 */
export function toCurl(exchange: Pick<Exchange, "method" | "url" | "request">, options: CurlOptions = {}): string {
  const { method, request } = exchange;
  const asked =
    options.origin === undefined ? exchange.url : exchange.url.replace(/^[a-z]+:\/\/[^/?#]*/i, options.origin);
  const url = asked.replace(UNPRINTABLES, (character) => encodeURIComponent(character));
  const { body } = request;
  const binary = body.text !== "" && (body.encoding === "base64" || UNPRINTABLE.test(body.text));
  const command = [
    `curl -sS${flagsOf(method, url, body.text !== "")} ${quoted(url)}`,
    ...headerArguments(request.headers, body.text !== ""),
    ...(body.text === "" ? [] : [binary ? "--data-binary @-" : `--data-raw ${quoted(body.text)}`]),
  ].join(" \\\n  ");
  const base64 = body.encoding === "base64" ? body.text : base64Of(body.text);
  const whole = binary ? `printf %s ${quoted(base64)} | base64 -d | ${command}` : command;
  return [...commentsOn(exchange, url), whole].join("\n");
}

function flagsOf(method: string, url: string, hasBody: boolean): string {
  // -X HEAD would wait for a body that never comes
  const verb =
    method === "HEAD"
      ? " --head"
      : method === "GET" && !hasBody
        ? ""
        : ` -X ${/^\w+$/.test(method) ? method : quoted(method)}`;
  const glob = /[[\]{}]/.test(url) ? " --globoff" : "";
  return `${verb}${glob}${/\/\.\.?(?:\/|$|\?)/.test(url) ? " --path-as-is" : ""}`;
}

function headerArguments(headers: Exchange["request"]["headers"], hasBody: boolean): readonly string[] {
  const sent = headers.filter(
    ([name, value]) => !OWN.test(name) && !UNPRINTABLE.test(name) && !value.includes(REDACTED),
  );
  const list = sent.map(([name, value]) => {
    const text = value.replace(/[\r\n]+/g, " ").replace(UNPRINTABLES, " ");
    // curl takes a name with nothing after its colon for one to leave out
    return `-H ${quoted(text === "" ? `${name};` : `${name}: ${text}`)}`;
  });
  // or curl would call it a form
  const untyped = hasBody && !headers.some(([name]) => name.toLowerCase() === "content-type");
  return untyped ? [...list, "-H 'content-type:'"] : list;
}

function commentsOn({ request }: Pick<Exchange, "request">, url: string): readonly string[] {
  const { headers, body } = request;
  const hidden = headers.filter(([, value]) => value.includes(REDACTED)).map(([name]) => name.replace(/[^\w-]/g, ""));
  const comments = [
    [hidden.length > 0, `left out, because they were redacted: ${[...new Set(hidden)].join(", ")}`],
    [url.includes(REDACTED), `the URL holds ${REDACTED}`],
    [body.text.includes(REDACTED), `the body holds ${REDACTED}`],
    [body.truncated && body.text !== "", `the body is cut: it had ${body.bytes} bytes`],
    [body.bytes > 0 && body.text === "", `the body, ${body.bytes} bytes, was not captured`],
    [/^https?:\/\/[a-z0-9-]+\.service(?=[/:?#]|$)/.test(url), "a service is found by name inside its fleet only"],
  ] as const;
  return comments.filter(([applies]) => applies).map(([, text]) => `# ${text}`);
}

/** In single quotes nothing means anything to a POSIX shell, but for the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function base64Of(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return btoa(bytes);
}
