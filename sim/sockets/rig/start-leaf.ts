import type { LeafCommands } from "../programs/leaf.ts";
import type { Rig } from "./rig.ts";
import type { Program } from "./start-program.ts";

/** An instance that registers with a control plane, which does not listen yet. */
export function startLeaf(rig: Rig, instance: string, control: string): Promise<Program<LeafCommands>> {
  return rig.start<LeafCommands>("leaf.ts", {
    SHOAL_SERVICE: "leaf",
    SHOAL_INSTANCE: instance,
    SHOAL_CONTROL: control,
  });
}
