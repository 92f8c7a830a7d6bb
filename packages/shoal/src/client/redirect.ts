import { type HttpReply, headerOf, isReplayable } from "../core/message.ts";
import { success } from "../core/outcome.ts";
import type { FetchRequest } from "./fetch-request.ts";
import { discard } from "./reply-body.ts";

/** As in the Fetch standard. */
const REDIRECTS_MAX = 20;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
/** Not sent on to another origin, where they were not meant for. */
const SECRET = ["authorization", "cookie", "proxy-authorization"];

/**
 * The request that a reply redirects to, or undefined for a reply that is to be handed on (Fetch standard, "HTTP-redirect
 * fetch"). Throws TypeError, as `fetch` does, after 20 of them, for a body that cannot be sent again, and for
 * `redirect: "error"`.
 */
export function redirected(request: FetchRequest, reply: HttpReply): FetchRequest | undefined {
  const location = headerOf(reply.headers, "location");
  if (!REDIRECTS.has(reply.status) || location === undefined || request.redirect === "manual") return undefined;
  discard(success(reply));
  if (request.redirect === "error") throw new TypeError(`fetch failed: ${request.url} redirects to ${location}`);
  if (request.redirects >= REDIRECTS_MAX) throw new TypeError(`fetch failed: over ${REDIRECTS_MAX} redirects`);
  if (!URL.canParse(location, request.url)) throw new TypeError(`fetch failed: redirected to "${location}"`);
  const url = new URL(location, request.url);
  const turned = turnsToGet(reply.status, request.method);
  if (!turned && !isReplayable(request.body)) {
    throw new TypeError("fetch failed: a redirect needs the body again, and it was a stream");
  }
  const sameHost = url.host === new URL(request.url).host;
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => (sameHost || !SECRET.includes(name)) && !(turned && name.startsWith("content-")),
    ),
  );
  return {
    ...request,
    url: url.href,
    headers,
    ...(turned ? { method: "GET", body: undefined } : {}),
    redirects: request.redirects + 1,
  };
}

function turnsToGet(status: number, method: string): boolean {
  if (status === 303) return method !== "GET" && method !== "HEAD";
  return (status === 301 || status === 302) && method === "POST";
}
