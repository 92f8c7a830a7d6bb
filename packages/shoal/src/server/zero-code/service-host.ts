import { isName } from "../../core/names.ts";

const SUFFIX = ".service";

/**
 * The service that a host name means: "catalog" for `catalog.service` or `catalog.service:80`, undefined for any other
 * host. A port says nothing here: the registry knows where the instances are.
 */
export function serviceOfHost(host: string): string | undefined {
  const end = host.indexOf(SUFFIX);
  if (end < 1) return undefined; // the common case, kept to one search: every outgoing request passes here
  const rest = host.slice(end + SUFFIX.length);
  if (rest !== "" && !/^:\d{0,5}$/.test(rest)) return undefined;
  const name = host.slice(0, end).toLowerCase();
  return isName(name) ? name : undefined;
}
