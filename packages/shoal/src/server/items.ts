import { AsyncLocalStorage } from "node:async_hooks";

/** The items of a handler, in the place where the handler was called: its context and runtime are current for each. */
export interface Items {
  readonly next: () => Promise<IteratorResult<unknown>>;
  /** Asks the handler to end, after an item that it is making. Resolves when it has. */
  readonly end: () => Promise<void>;
}

/**
 * Calls a handler that returns an async iterable. A generator runs on in the place of whoever asks it for its next item,
 * so each step is taken where the handler was called. Rejects with what it throws, and for what is no async iterable.
 * @param where Such as "quotes.watch".
 */
export async function itemsOf(call: () => unknown, where: string): Promise<Items> {
  const inPlace = AsyncLocalStorage.snapshot();
  const returned: unknown = await call();
  const make = (returned as AsyncIterable<unknown> | null | undefined)?.[Symbol.asyncIterator];
  if (typeof make !== "function") {
    throw new TypeError(`${where} did not return an async iterable: make its handler an async generator`);
  }
  const iterator = inPlace(() => Reflect.apply(make, returned, []) as AsyncIterator<unknown>);
  return {
    next: () => inPlace(async () => iterator.next()),
    end: () => inPlace(async () => void (await iterator.return?.())),
  };
}
