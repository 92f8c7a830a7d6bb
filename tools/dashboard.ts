// `npm run dashboard`: the dashboard from source, reloaded on change, upon the control plane at SHOAL_CONTROL (default
// http://127.0.0.1:4400: run `npm start` beside it).
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";

const root = resolve(import.meta.dirname, "..");
const vite = spawn(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), ...process.argv.slice(2)], {
  cwd: join(root, "web"),
  stdio: "inherit",
});
vite.on("exit", (code) => {
  process.exitCode = code ?? 1;
});
