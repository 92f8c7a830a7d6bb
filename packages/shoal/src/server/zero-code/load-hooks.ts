import { registerHooks } from "node:module";

/**
 * Tells of each module before it is loaded, by `import` or `require`, built-in ones included. Nothing about loading
 * changes.
 * @param onLoad Gets the module's URL. What it throws is ignored: an app must not fail to load for our sake.
 */
export function onEachLoad(onLoad: (url: string) => void): void {
  registerHooks({
    load(url, context, nextLoad) {
      try {
        onLoad(url);
      } catch {
        // said above
      }
      return nextLoad(url, context);
    },
  });
}
