import { existsSync, readFileSync, statSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { extname, join, normalize } from "node:path";
import { PAGE_HEADERS } from "../../../packages/shoal/src/control/dashboard/page-headers.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".woff2": "font/woff2",
};

/** A file of the built dashboard, compressed when the browser takes it; its first page for every other path. */
export function sendFile(folder: string, path: string, request: IncomingMessage, reply: ServerResponse): void {
  const wanted = join(folder, normalize(decodeURIComponent(path)));
  const file =
    wanted.startsWith(folder) && existsSync(wanted) && statSync(wanted).isFile() ? wanted : join(folder, "index.html");
  const accepts = String(request.headers["accept-encoding"] ?? "");
  const packed = [
    ["br", ".br"],
    ["gzip", ".gz"],
  ].find(([coding = "", ending]) => accepts.includes(coding) && existsSync(`${file}${ending}`));
  reply.writeHead(200, {
    "content-type": TYPES[extname(file)] ?? "application/octet-stream",
    ...PAGE_HEADERS,
    "cache-control": file.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache",
    ...(packed?.[0] ? { "content-encoding": packed[0], vary: "accept-encoding" } : {}),
  });
  reply.end(readFileSync(`${file}${packed?.[1] ?? ""}`));
}
