import { useState } from "react";
import { keep, kept } from "./session-store.ts";

/** A value that the browser's session keeps. Give components that use it a `key`: another key here begins nothing anew. */
export function useKept<Value>(key: string, otherwise: () => Value): [Value, (value: Value) => void] {
  const [value, setValue] = useState<Value>(
    () => kept<Value | undefined>(sessionStorage, key, undefined) ?? otherwise(),
  );
  const change = (next: Value) => {
    setValue(next);
    keep(sessionStorage, key, next);
  };
  return [value, change];
}
