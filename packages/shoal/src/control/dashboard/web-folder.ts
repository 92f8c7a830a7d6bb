import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The package's own folder, whether it runs from source or from dist. */
export function packageFolder(): string {
  return dirname(createRequire(import.meta.url).resolve("shoal/package.json"));
}

/** Where `npm run build` puts the dashboard. It may not be there. */
export function webFolder(): string {
  return join(packageFolder(), "dist", "web");
}
