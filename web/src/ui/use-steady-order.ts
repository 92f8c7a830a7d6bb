import { useRef } from "react";

/**
 * Sorts a list that changes all the time only once: what is known keeps its place, what comes later is put at the end. A
 * row must not move away from who points at it.
 * @param scope Another one begins anew.
 */
export function useSteadyOrder<Item>(
  scope: string,
  items: readonly Item[],
  keyOf: (item: Item) => string,
  compare: (left: Item, right: Item) => number,
): readonly Item[] {
  const known = useRef({ scope, order: new Map<string, number>() });
  if (known.current.scope !== scope) known.current = { scope, order: new Map() };
  const { order } = known.current;
  for (const item of items.filter((one) => !order.has(keyOf(one))).sort(compare)) order.set(keyOf(item), order.size);
  return items.toSorted((left, right) => (order.get(keyOf(left)) ?? 0) - (order.get(keyOf(right)) ?? 0));
}
