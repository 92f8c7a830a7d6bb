import { statSync } from "node:fs";
import { join } from "node:path";
import type { Headers, HttpReply, HttpRequest } from "../../core/message.ts";
import { HEADER } from "../../core/wire.ts";
import { type Asset, type AssetCatalogue, readCatalogue } from "./asset-catalogue.ts";
import { PAGE_HEADERS } from "./page-headers.ts";

/** The dashboard as files. */
export interface DashboardFiles {
  /** The file of a path, or the page for a path of the dashboard's own; undefined when neither is there. */
  readonly reply: (path: string, request: HttpRequest) => HttpReply | undefined;
}

const INDEX = "/index.html";

/** Serves what was built into `folder`; a new build is noticed by its index.html. */
export function createDashboardFiles(folder: string): DashboardFiles {
  let catalogue: AssetCatalogue = new Map();
  let builtMs: number | undefined;
  const current = (): AssetCatalogue => {
    const nowMs = modifiedMs(join(folder, "index.html"));
    if (nowMs !== builtMs) catalogue = nowMs === undefined ? new Map() : readCatalogue(folder);
    builtMs = nowMs;
    return catalogue;
  };
  return {
    reply(path, request) {
      const assets = current();
      const asset =
        assets.get(path === "/" ? INDEX : path) ?? (asksForPage(path, request) ? assets.get(INDEX) : undefined);
      return asset && assetReply(asset, request.headers);
    },
  };
}

/** A path of the dashboard's router has no file: the page is sent, and finds its way by the address. */
function asksForPage(path: string, { headers }: HttpRequest): boolean {
  return !path.startsWith("/assets/") && (headers["accept"] ?? "").includes("text/html");
}

function assetReply(asset: Asset, headers: Headers): HttpReply | undefined {
  const cacheControl = asset.immutable ? "public, max-age=31536000, immutable" : "no-cache";
  const etag = asset.immutable ? {} : { etag: asset.etag() };
  const common = { ...PAGE_HEADERS, ...etag, "cache-control": cacheControl, vary: "accept-encoding" };
  if (etag.etag !== undefined && holds(headers["if-none-match"], etag.etag)) {
    return { status: 304, headers: common, body: undefined };
  }
  const encoding = asset.encodings.find((one) => accepts(headers["accept-encoding"], one)) ?? "identity";
  const body = asset.bytes(encoding);
  if (!body) return undefined;
  const encoded = encoding === "identity" ? {} : { "content-encoding": encoding };
  return { status: 200, headers: { ...common, ...encoded, [HEADER.contentType]: asset.contentType }, body };
}

/** RFC 9110, 12.5.3, as far as it matters here: a name that is listed, and not with q=0. */
function accepts(header = "", encoding: string): boolean {
  return header.split(",").some((part) => {
    const [name = "", ...parameters] = part.split(";").map((text) => text.trim().toLowerCase());
    return name === encoding && !parameters.some((text) => /^q=0(\.0*)?$/.test(text));
  });
}

function holds(header = "", etag: string): boolean {
  return header === "*" || header.split(",").some((one) => one.trim().replace(/^W\//, "") === etag);
}

function modifiedMs(file: string): number | undefined {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs;
}
