import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { compressAssets } from "./build/compress-assets.ts";
import { operationsModule } from "./build/operations-module.ts";

/** A running control plane, for `npm run dev -w web`. */
const control = process.env["SHOAL_CONTROL"] ?? "http://127.0.0.1:4400";

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), operationsModule(), compressAssets()],
  build: {
    outDir: "../packages/shoal/dist/web",
    emptyOutDir: true,
    target: "es2023",
    // The pages' policy takes fonts, workers and scripts from files only.
    assetsInlineLimit: 0,
    // elkjs alone is larger than Vite's advice; it is loaded by the map only.
    chunkSizeWarningLimit: 2_000,
  },
  server: {
    proxy: {
      // The guard goes by Host and Origin: to the control plane the page must look like its own.
      "/api": {
        target: control,
        changeOrigin: true,
        configure: (proxy) => proxy.on("proxyReq", (request) => request.removeHeader("origin")),
      },
    },
  },
});
