import type { control } from "../api/control.ts";
import type { ExchangeDetail } from "../api/types.ts";
import { isRedacted, partiesOf, targetOf } from "./exchange-parties.ts";

/** What a service answered to a request that was sent from here. */
export type SentReply = Awaited<ReturnType<typeof control.sendRequest>>;

/** A request as a person edits it. */
export interface RequestDraft {
  readonly service: string;
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** "name: value", one a line. */
  readonly headers: string;
  readonly body: string;
}

/** A recorded request made ready to be sent again, with what of it could not be. */
export interface DraftOfExchange {
  readonly draft: RequestDraft;
  /** Headers whose secret is not known here. */
  readonly leftOut: readonly string[];
  /** The body is not what was sent: it was cut, is binary, or holds cut-out secrets. */
  readonly bodyIncomplete: boolean;
}

/** Said anew by whoever sends: see send-request.ts of the control plane. */
const OWN =
  /^(host|connection|content-length|transfer-encoding|te|trailer|upgrade|expect|keep-alive|accept-encoding|proxy-.*|traceparent|tracestate|x-deadline-ms|x-shoal-.*|:.*)$/i;

export function draftOf(exchange: ExchangeDetail): DraftOfExchange {
  const { headers, body } = exchange.request;
  const sent = headers.filter(([name]) => !OWN.test(name));
  const isText = body.encoding === "utf8";
  return {
    draft: {
      service: partiesOf(exchange).to,
      method: exchange.method,
      target: targetOf(exchange.url),
      headers: sent
        .filter(([, value]) => !isRedacted(value))
        .map(([name, value]) => `${name}: ${value}`)
        .join("\n"),
      body: isText ? body.text : "",
    },
    leftOut: sent.filter(([, value]) => isRedacted(value)).map(([name]) => name),
    bodyIncomplete:
      body.truncated || (!isText && body.bytes > 0) || (body.bytes > 0 && body.text === "") || isRedacted(body.text),
  };
}

/** Lines of "name: value" as headers; a name that comes twice has its values joined. Throws a text for people. */
export function parseHeaders(text: string): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (line.trim() === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(0, colon)).trim().toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) throw new Error(`No header: "${line.trim()}". Write name: value`);
    const value = line.slice(colon + 1).trim();
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}

/** What to send of a draft. Throws a text for people. */
export function requestOfDraft({ service, method, target, headers, body }: RequestDraft) {
  if (!target.startsWith("/")) throw new Error("The path must begin with /");
  return {
    service,
    method: method.toUpperCase(),
    target,
    headers: parseHeaders(headers),
    body: body === "" ? null : body,
  };
}
