import type { Clock } from "../../core/clock.ts";
import { type HttpReply, type HttpRequest, readBody } from "../../core/message.ts";
import type { Filter } from "../../core/service.ts";
import { cookieFor, type GuardOptions, isTokenHeld, originRefusal, tokensEqual } from "../guard.ts";
import { isApiPath } from "./api-paths.ts";
import { createAttemptLimit } from "./attempt-limit.ts";
import { askAgainPage, loginPage } from "./login-page.ts";

const LOGIN_PATH = "/login";
const FORM_BYTES_MAX = 4_096;
const ATTEMPTS_MAX = 10;
const ATTEMPTS_WINDOW_MS = 60_000;

/**
 * Lets people in with a browser where a token is asked for: by a page with a form, or by a link that ends in
 * `?token=…`. Either sets a cookie that other sites cannot make use of (HttpOnly, SameSite=Strict). After 10 wrong tokens
 * within a minute nobody can log in until it is over; who is in stays in. Without a token it does nothing.
 *
 * Above the guard, because who has no token yet must be able to ask; what the guard says of other origins holds here too.
 */
export function login(clock: Clock, options: GuardOptions): Filter<HttpRequest, HttpReply> {
  const { token } = options;
  const limit = createAttemptLimit(ATTEMPTS_MAX, ATTEMPTS_WINDOW_MS);
  const attempt = (given: string, expected: string, to: string): HttpReply => {
    const nowMs = clock.now();
    if (limit.isOver(nowMs)) return loginPage("Too many wrong tokens. Try again in a minute.", 429);
    if (tokensEqual(given, expected)) return admitted(to, cookieFor(options.port(), expected));
    limit.failed(nowMs);
    return loginPage("That was not the token.");
  };
  return async (request, context, next) => {
    if (token === undefined || !isForPeople(request)) return next(request, context);
    const [path = "/", query = ""] = request.target.split("?", 2);
    const given = request.method === "GET" ? new URLSearchParams(query).get("token") : undefined;
    if (given !== null && given !== undefined) return attempt(given, token, withoutToken(path, query));
    if (request.method === "POST" && path === LOGIN_PATH) {
      if (originRefusal(request, options)) return next(request, context);
      return attempt(await tokenInForm(request), token, pageBefore(request));
    }
    if (isTokenHeld(request.headers, token, options.port())) return next(request, context);
    if (!isNavigation(request)) return next(request, context);
    return request.headers["sec-fetch-site"] === "cross-site" ? askAgainPage() : loginPage("");
  };
}

function isForPeople({ target }: HttpRequest): boolean {
  return !isApiPath(target.split("?", 1)[0] ?? "/");
}

function isNavigation({ method, headers }: HttpRequest): boolean {
  return method === "GET" && (headers["accept"] ?? "").includes("text/html");
}

function admitted(to: string, cookie: string): HttpReply {
  return { status: 303, headers: { location: to, "set-cookie": cookie, "cache-control": "no-store" }, body: undefined };
}

/** Where the form was shown: the page that was asked for in the first place. */
function pageBefore({ headers }: HttpRequest): string {
  const url = URL.parse(headers["referer"] ?? "");
  const isOwn = url !== null && url.host === headers["host"] && url.pathname !== LOGIN_PATH;
  return isOwn ? withoutToken(url.pathname, url.search) : "/";
}

/** The rest of the address: the token must not stay in it. A path of two slashes would lead to another host. */
function withoutToken(path: string, query: string): string {
  const search = new URLSearchParams(query);
  search.delete("token");
  const rest = search.toString();
  return `/${path.replace(/^[/\\]+/, "")}${rest === "" ? "" : `?${rest}`}`;
}

/** "" when the form has none, or is none. */
async function tokenInForm({ body }: HttpRequest): Promise<string> {
  const bytes = await readBody(body, FORM_BYTES_MAX).catch(() => new Uint8Array(0));
  return new URLSearchParams(Buffer.from(bytes).toString("utf8")).get("token") ?? "";
}
