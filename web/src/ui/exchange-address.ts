import type { InstanceStatus } from "../api/types.ts";

type Located = Pick<InstanceStatus, "service" | "state" | "address">;

/**
 * A URL that works outside the fleet too: "http://quotes.service/…" names a service, which only its clients resolve;
 * the address of a ready instance takes its place. Other URLs stay as they are.
 */
export function reachableUrl(url: string, instances: readonly Located[]): string {
  const [, service, rest] = /^https?:\/\/([^/?#]+)\.service(?::\d+)?([/?#].*)?$/.exec(url) ?? [];
  if (service === undefined) return url;
  const found = instances.find((one) => one.service === service && one.state === "ready" && one.address !== null);
  if (!found?.address) return url;
  const origin = found.address.includes("://") ? found.address : `http://${found.address}`;
  return `${origin.replace(/\/$/, "")}${rest ?? "/"}`;
}
