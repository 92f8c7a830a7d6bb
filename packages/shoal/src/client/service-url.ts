import { isName } from "../core/names.ts";

/** A request's way by the name of a service. */
export interface ServiceUrl {
  readonly service: string;
  /** Path and query, starting with "/". */
  readonly target: string;
}

const HOST_SUFFIX = ".service";

/**
 * Reads `service://quotes/quotes/42` and `http://quotes.service/quotes/42`. Undefined for any other URL, also for
 * one of that shape with a port, credentials or `https`, which ask for something that a service's name is not.
 */
export function parseServiceUrl(text: string): ServiceUrl | undefined {
  if (!/^(service|http):\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.port !== "" || url.username !== "" || url.password !== "") return undefined;
  const service = nameIn(url);
  return service === undefined || !isName(service)
    ? undefined
    : { service, target: `${url.pathname === "" ? "/" : url.pathname}${url.search}` };
}

function nameIn({ protocol, hostname }: URL): string | undefined {
  if (protocol === "service:") return hostname;
  return hostname.endsWith(HOST_SUFFIX) ? hostname.slice(0, -HOST_SUFFIX.length) : undefined;
}
