import type { Identity } from "../discovery/identity.ts";

/** The id of a service's instance: the one its supervisor gave, or one that tells services of one process apart. */
export function instanceIdOf(service: string, identity: Identity): string {
  return identity.service === service ? identity.instance : `${service}-${identity.instance}`;
}
