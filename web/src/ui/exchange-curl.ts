import { isRedacted } from "./exchange-parties.ts";

interface CurlRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** "" without one. */
  readonly body: string;
}

/** What curl says by itself, or what belonged to the one connection. */
const OWN =
  /^(host|content-length|connection|transfer-encoding|accept-encoding|traceparent|tracestate|x-shoal-.*|:.*)$/i;

/** A command for a shell that sends the same request. Headers whose secret was cut out are left out. */
export function curlOf({ method, url, headers, body }: CurlRequest): string {
  const sent = headers.filter(([name, value]) => !OWN.test(name) && !isRedacted(value));
  const parts = [
    `curl -sS${method === "GET" && body === "" ? "" : ` -X ${quoted(method)}`} ${quoted(url)}`,
    ...sent.map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === "" ? [] : [`--data-raw ${quoted(body)}`]),
  ];
  return parts.join(" \\\n  ");
}

/** In single quotes nothing means anything to a POSIX shell, but for the quote itself. */
function quoted(text: string): string {
  return /^[\w./:@%+=-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
