declare module "virtual:control-operations" {
  import type { controlContract } from "../../../packages/shoal/src/control/api/contract.ts";
  export const operations: Readonly<
    Record<keyof typeof controlContract.operations, { readonly method: string; readonly path: string }>
  >;
}
