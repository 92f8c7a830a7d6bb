import { controlContract } from "./contract.ts";
import type { ControlApiParts, ControlHandlers } from "./handlers.ts";

/** Exchanges as archives. */
export function harHandlers(_parts: ControlApiParts): Pick<ControlHandlers, "exportHar" | "importHar"> {
  return {
    exportHar: () => ({ log: { version: "1.2", creator: { name: "shoal", version: "" }, entries: [] } }),
    importHar() {
      throw controlContract.errors.harInvalid({ reason: "not yet" });
    },
  };
}
