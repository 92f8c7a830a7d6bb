import { type ShoalError, shoalError } from "../../core/errors.ts";

/** What SHOAL_FAULTS says; undefined: the realm's name decides. */
export type FaultSetting = "allowed" | "refused" | undefined;

/** True for `local`, and for a name with the word dev or development in it, such as `dev`, `dev-ada` or `shop-dev`. */
export function isDevelopmentRealm(realm: string): boolean {
  return realm === "local" || realm.split("-").some((word) => word === "dev" || word === "development");
}

/** Whether callers in a realm may be told of faults. */
export function mayInject(setting: FaultSetting, realm: string): boolean {
  return setting === "allowed" || (setting === undefined && isDevelopmentRealm(realm));
}

/** Why faults may not be added in a control plane's realm; undefined when they may. */
export function faultRefusal(setting: FaultSetting, realm: string): ShoalError | undefined {
  if (mayInject(setting, realm)) return undefined;
  const why = setting === "refused" ? "SHOAL_FAULTS is refused" : `the realm ${realm} is not one for development`;
  return shoalError("FAULT_REFUSED", { message: `faults may not be added here: ${why}` });
}
