import type { Plugin } from "vite";
import { controlContract } from "../../packages/shoal/src/control/api/contract.ts";

const ID = "virtual:control-operations";

/**
 * The method and path of each operation of the control plane's contract, as a module of its own: the browser needs no
 * more of the contract at run time, and no schema library.
 */
export function operationsModule(): Plugin {
  return {
    name: "shoal-operations",
    resolveId: (id) => (id === ID ? `\0${ID}` : undefined),
    load(id) {
      if (id !== `\0${ID}`) return undefined;
      const operations = Object.fromEntries(
        Object.values(controlContract.operations).map(({ name, method, path }) => [name, { method, path }]),
      );
      return `export const operations = ${JSON.stringify(operations)};`;
    },
  };
}
