import { startTransition, useEffect, useState } from "react";

/**
 * What a store holds, drawn when there is time for it: React draws in slices, between which the page scrolls and answers
 * keys. useSyncExternalStore would draw at once and in one piece, which takes long when a whole table changes.
 * @param watch Calls its argument after each change, until the function that it returns is called; always the same one.
 * @param now What the store holds; the same object until it changes.
 */
export function useCalmly<Value>(watch: (watcher: () => void) => () => void, now: () => Value, key = ""): Value {
  const [shown, setShown] = useState(() => ({ key, value: now() }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` says what `now` gives
  useEffect(() => {
    const draw = () => {
      const value = now();
      startTransition(() =>
        setShown((before) => (before.key === key && Object.is(before.value, value) ? before : { key, value })),
      );
    };
    draw();
    return watch(draw);
  }, [watch, key]);
  return shown.key === key ? shown.value : now();
}
