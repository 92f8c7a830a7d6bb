/** What a browser's session keeps, by key; its own Storage, or a map in a test. */
export type Keep = Pick<Storage, "getItem" | "setItem">;

/** Reads what was kept; `otherwise` when there is nothing, or nothing that can be read. */
export function kept<Value>(store: Keep, key: string, otherwise: Value): Value {
  try {
    const text = store.getItem(key);
    return text === null ? otherwise : (JSON.parse(text) as Value);
  } catch {
    return otherwise;
  }
}

/** Keeps a value. A session that is full keeps what it had: the form works all the same. */
export function keep(store: Keep, key: string, value: unknown): void {
  try {
    store.setItem(key, JSON.stringify(value));
  } catch {
    // Full, or forbidden by the browser.
  }
}
