import { type RefObject, useEffect, useRef, useState } from "react";
import { arrange, roomIn } from "./layout.ts";
import type { Laid } from "./use-flow-graph.ts";

/**
 * Where the nodes of a graph stand. It is worked out anew only when the shape changes; until then the places before
 * stay, so that nothing jumps while numbers come.
 * @param shape What shapeOf gives.
 * @param place Where it is drawn.
 */
export function useLayout(
  shape: string,
  place: RefObject<HTMLElement | null>,
): { readonly laid: Laid | undefined; readonly failure: unknown } {
  const [laid, setLaid] = useState<Laid>();
  const asked = useRef(0);
  const shown = useRef(0);
  const [failure, setFailure] = useState<unknown>();
  useEffect(() => {
    asked.current += 1;
    const number = asked.current;
    const [names, pairs] = JSON.parse(shape) as [string[], string[]];
    const edges = pairs.map((pair) => {
      const [caller = "", callee = ""] = pair.split("\u0000");
      return { caller, callee };
    });
    const { clientWidth = 0, clientHeight = 0 } = place.current ?? {};
    arrange(names, edges, roomIn(clientWidth, clientHeight)).then(
      (arrangement) => {
        // An older one is better than none, while the newest is being worked out.
        if (number < shown.current) return;
        shown.current = number;
        setLaid({ shape, ...arrangement });
      },
      (error: unknown) => setFailure(error),
    );
  }, [shape, place]);
  return { laid, failure };
}
