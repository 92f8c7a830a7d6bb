import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { extname, join, relative, sep } from "node:path";

/** A file of the dashboard, as it may be sent. */
export interface Asset {
  readonly contentType: string;
  /** True when its name holds a hash of its content. */
  readonly immutable: boolean;
  /** Quoted, as in the header. */
  readonly etag: () => string;
  /** Encodings that lie beside it, the best first. */
  readonly encodings: readonly ("br" | "gzip")[];
  /** undefined when it is gone. */
  readonly bytes: (encoding: "br" | "gzip" | "identity") => Buffer | undefined;
}

/**
 * The files of a folder by their path in a URL, such as "/assets/index-abc.js". A path is only looked up in it, never
 * made into a file's name: there is no way out of the folder, however a path is written.
 */
export type AssetCatalogue = ReadonlyMap<string, Asset>;

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".ico": "image/x-icon",
  ".json": "application/json",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
  ".webmanifest": "application/manifest+json",
};
const SUFFIXES = { br: ".br", gzip: ".gz", identity: "" } as const;
const FILES_MAX = 2_000;
const FILE_BYTES_MAX = 16 * 1_024 * 1_024;

/** Lists a folder; empty when there is none. Files of other types than a page needs are left out, and so are links. */
export function readCatalogue(folder: string): AssetCatalogue {
  const files = listFiles(folder);
  const assets = new Map<string, Asset>();
  for (const [file, path] of files) {
    const contentType = TYPES[extname(file)];
    if (contentType === undefined) continue;
    const encodings = (["br", "gzip"] as const).filter((encoding) => files.has(file + SUFFIXES[encoding]));
    assets.set(path, assetOf(file, path, contentType, encodings));
  }
  return assets;
}

function assetOf(file: string, path: string, contentType: string, encodings: Asset["encodings"]): Asset {
  const kept = new Map<string, Buffer>();
  const bytes: Asset["bytes"] = (encoding) => {
    const read = kept.get(encoding) ?? readWhole(file + SUFFIXES[encoding]);
    if (read) kept.set(encoding, read);
    return read;
  };
  const etag = () =>
    `"${createHash("sha256")
      .update(bytes("identity") ?? "")
      .digest("base64url")
      .slice(0, 22)}"`;
  return { contentType, immutable: path.startsWith("/assets/"), etag, encodings, bytes };
}

/** File to path, of plain files only. */
function listFiles(folder: string): ReadonlyMap<string, string> {
  try {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).slice(0, FILES_MAX);
    return new Map(
      files.map((entry) => {
        const file = join(entry.parentPath, entry.name);
        return [file, `/${relative(folder, file).split(sep).join("/")}`];
      }),
    );
  } catch {
    return new Map();
  }
}

function readWhole(file: string): Buffer | undefined {
  try {
    return statSync(file).size > FILE_BYTES_MAX ? undefined : readFileSync(file);
  } catch {
    return undefined;
  }
}
