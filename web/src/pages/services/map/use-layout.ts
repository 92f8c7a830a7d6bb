import { useEffect, useState } from "react";
import { layOut } from "./layout.ts";
import type { Laid } from "./use-flow-graph.ts";

/**
 * Where the nodes of a graph stand. It is worked out anew only when the shape changes; until then the places before
 * stay, so that nothing jumps while numbers come.
 * @param shape What shapeOf gives.
 */
export function useLayout(shape: string): { readonly laid: Laid | undefined; readonly failure: unknown } {
  const [laid, setLaid] = useState<Laid>();
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    let isWanted = true;
    const [names, pairs] = JSON.parse(shape) as [string[], string[]];
    const edges = pairs.map((pair) => {
      const [caller = "", callee = ""] = pair.split("\u0000");
      return { caller, callee };
    });
    layOut(names, edges).then(
      (places) => isWanted && setLaid({ shape, places }),
      (error: unknown) => isWanted && setFailure(error),
    );
    return () => {
      isWanted = false;
    };
  }, [shape]);
  return { laid, failure };
}
