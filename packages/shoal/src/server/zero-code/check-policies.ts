import { policiesFrom } from "../../client/policy-overrides.ts";

/** Throws OPTION_INVALID for a SHOAL_POLICIES that is not valid: nobody should hear of that with the first call. */
export function checkPolicies(env: NodeJS.ProcessEnv): void {
  policiesFrom(env);
}
