// `npm start`: the example fleet with live traffic, from source.
import { join } from "node:path";
import { buildDashboard, isDashboardBuilt } from "./dashboard-build.ts";

const root = join(import.meta.dirname, "..");
if (!isDashboardBuilt()) {
  process.stderr.write("Building the dashboard …\n");
  buildDashboard();
}
process.argv.splice(2, 0, "up", "--config", join(root, "examples/tuition/shoal.config.ts"));
await import(join(root, "packages/shoal/bin/shoal.mjs"));
