// `npm start`: the example fleet with live traffic, from source.
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
process.argv.splice(2, 0, "up", "--config", join(root, "examples/tuition/shoal.config.ts"));
await import(join(root, "packages/shoal/bin/shoal.mjs"));
