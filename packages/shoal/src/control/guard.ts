import { createHash, timingSafeEqual } from "node:crypto";
import { problemReply } from "../contract/problem.ts";
import { type ShoalError, shoalError } from "../core/errors.ts";
import type { Headers, HttpReply, HttpRequest } from "../core/message.ts";
import type { Filter } from "../core/service.ts";
import { HEADER } from "../core/wire.ts";
import { intakeToken, takesIntakeToken } from "./intake-token.ts";

/** Who may call what listens on a machine's own address. */
export interface GuardOptions {
  /** The port it is bound to, once it is; a Host with another port is refused. */
  readonly port: () => number;
  /**
   * Asked of every request as `Authorization: Bearer …`, or in the cookie that a login sets. Then any Host is fine: a page
   * that was lured here by DNS does not know the token. Undefined: only requests to a loopback name are answered, and no
   * token is asked for.
   */
  readonly token?: string | undefined;
  /**
   * Whether a path, without its query, gives nothing but pages and their files: a link on another site may lead there.
   * Such a page holds no data, and no other can frame it. Default: no path does.
   */
  readonly isPage?: (path: string) => boolean;
}

/**
 * Keeps web pages out of a server without login. A browser lets any page send requests to 127.0.0.1, and after DNS
 * rebinding even read the replies; but it always says in Host, Origin and Sec-Fetch-Site whom the page thinks it talks to.
 * Answers FORBIDDEN, with status 401 when a token is missing.
 * @param service The name in problem documents.
 */
export function guard(service: string, options: GuardOptions): Filter<HttpRequest, HttpReply> {
  return async (request, context, next) => {
    const refusal = refusalOf(request, options);
    if (!refusal) return next(request, context);
    return problemReply(refusal, service, refusal.status === 401 ? { "www-authenticate": "Bearer" } : {});
  };
}

/** Why a request is refused; undefined when it may pass. */
export function refusalOf(request: HttpRequest, options: GuardOptions): ShoalError | undefined {
  const { method, headers } = request;
  const refusal = originRefusal(request, options);
  if (refusal) return refusal;
  if (method !== "GET" && method !== "HEAD" && isBrowser(headers) && isSimple(headers[HEADER.contentType])) {
    return forbidden("a form of a page could have sent this request");
  }
  const { token } = options;
  if (token !== undefined && !isTokenHeld(headers, token, options.port()) && !isIntakeTokenHeld(request, token)) {
    return shoalError("FORBIDDEN", { message: "the bearer token is missing or wrong", status: 401 });
  }
  return undefined;
}

/** Why a request is refused for the page that it comes from, or for the name that it is sent to. */
export function originRefusal(request: HttpRequest, options: GuardOptions): ShoalError | undefined {
  const { headers } = request;
  const { token } = options;
  const host = headers["host"]?.toLowerCase() ?? "";
  const port = options.port();
  if (token === undefined && !isLoopbackHost(host, port)) {
    return forbidden(`the Host header is not this machine's own name with port ${port}`);
  }
  const origin = headers["origin"];
  // Behind a proxy with TLS the page's own origin is https; on loopback there is none.
  const isOwn = origin === `http://${host}` || (token !== undefined && origin === `https://${host}`);
  if (origin !== undefined && !isOwn) return forbidden("the request comes from a page of another origin");
  const site = headers["sec-fetch-site"];
  if (site !== undefined && site !== "same-origin" && site !== "none" && !isLinkToPage(request, options)) {
    return forbidden("the request comes from a page of another site");
  }
  return undefined;
}

/** Somebody followed a link: the whole window goes there, so the page that had the link sees nothing of it. */
function isLinkToPage({ method, target, headers }: HttpRequest, { isPage }: GuardOptions): boolean {
  return (
    (method === "GET" || method === "HEAD") &&
    headers["sec-fetch-mode"] === "navigate" &&
    headers["sec-fetch-dest"] === "document" &&
    headers["origin"] === undefined &&
    (isPage?.(target.split("?", 1)[0] ?? "") ?? false)
  );
}

/** True for the addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || host === "[::1]" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/**
 * The token that a server bound to `host` has to ask for: none on loopback, where it needs no login. Throws
 * OPTION_INVALID when it would be open to the network without one.
 */
export function tokenFor(host: string, token: string | undefined): string | undefined {
  if (isLoopback(host)) return undefined;
  if (token !== undefined && token.length >= TOKEN_CHARS_MIN) return token;
  throw shoalError("OPTION_INVALID", {
    message: `bound to ${host} the control plane is open to the network, and SHOAL_CONTROL_TOKEN ${token ? `has fewer than ${TOKEN_CHARS_MIN} characters` : "is not set"}`,
    hint: "Set SHOAL_CONTROL_TOKEN to a long random text, or bind to 127.0.0.1.",
    details: { option: "SHOAL_CONTROL_TOKEN" },
  });
}

const TOKEN_CHARS_MIN = 16;

function isLoopbackHost(host: string, port: number): boolean {
  const name = host.endsWith(`:${port}`) ? host.slice(0, -`:${port}`.length) : port === 80 ? host : "";
  return name !== "::1" && isLoopback(name);
}

function isBrowser(headers: Headers): boolean {
  return (
    headers["origin"] !== undefined ||
    headers["sec-fetch-site"] !== undefined ||
    (headers["user-agent"] ?? "").startsWith("Mozilla/")
  );
}

/** Types that a form may send to any origin without being asked, and none at all, which old browsers sent too. */
const SIMPLE_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""];

function isSimple(contentType: string | undefined): boolean {
  return SIMPLE_TYPES.includes(contentType?.split(";", 1)[0]?.trim().toLowerCase() ?? "");
}

/** True when a request brings the token, in its header or in the cookie of a login. */
export function isTokenHeld(headers: Headers, token: string, port: number): boolean {
  return (
    tokensEqual(bearerIn(headers), token) ||
    tokensEqual(cookieIn(headers["cookie"], cookieName(port)), cookieValue(token))
  );
}

function isIntakeTokenHeld({ method, target, headers }: HttpRequest, token: string): boolean {
  const [path = "/"] = target.split("?", 1);
  return takesIntakeToken(method, path) && tokensEqual(bearerIn(headers), intakeToken(token));
}

function bearerIn(headers: Headers): string {
  return /^Bearer +(.*)$/i.exec(headers["authorization"] ?? "")?.[1] ?? "";
}

/** Digests have one length, whatever the texts: the time that comparing takes tells nothing. */
export function tokensEqual(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** The `set-cookie` of a login: scripts cannot read it, and other sites cannot make a browser send it. */
export function cookieFor(port: number, token: string): string {
  return `${cookieName(port)}=${cookieValue(token)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000`;
}

/** Cookies are shared by all ports of a host. */
function cookieName(port: number): string {
  return `shoal-login-${port}`;
}

/** Not the token itself: a browser's store of cookies is no place for it. */
function cookieValue(token: string): string {
  return digest(`shoal-login\n${token}`).toString("base64url");
}

function cookieIn(header = "", name: string): string {
  for (const part of header.split(";")) {
    const [key = "", value = ""] = part.trim().split("=", 2);
    if (key === name) return value;
  }
  return "";
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

function forbidden(message: string): ShoalError {
  return shoalError("FORBIDDEN", { message });
}
