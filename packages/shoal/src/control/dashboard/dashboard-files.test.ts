import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { HttpReply } from "../../core/message.ts";
import { createDashboardFiles } from "./dashboard-files.ts";
import { dashboardReply } from "./dashboard-routes.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** A built dashboard beside a secret. */
function built() {
  const root = mkdtempSync(join(tmpdir(), "shoal-web-"));
  folders.push(root);
  const folder = join(root, "web");
  mkdirSync(join(folder, "assets"), { recursive: true });
  writeFileSync(join(root, "secret.txt"), "secret");
  writeFileSync(join(folder, "index.html"), "<title>the page</title>");
  writeFileSync(join(folder, "icon.svg"), "<svg/>");
  writeFileSync(join(folder, "assets/index-abc.js"), "plain");
  writeFileSync(join(folder, "assets/index-abc.js.br"), "brotli");
  writeFileSync(join(folder, "assets/index-abc.js.gz"), "gzip");
  writeFileSync(join(folder, "assets/key.pem"), "not for a page");
  symlinkSync(join(root, "secret.txt"), join(folder, "assets/link.txt"));
  const files = createDashboardFiles(folder);
  const ask = (target: string, headers: Record<string, string> = {}, method = "GET") => {
    const [path = ""] = target.split("?", 1);
    return dashboardReply(files, () => "tuition", path, { method, target, headers, body: undefined });
  };
  return { folder, ask };
}

const page = { accept: "text/html,application/xhtml+xml" };
const text = (reply: HttpReply | undefined) => Buffer.from((reply?.body ?? []) as Uint8Array).toString();

describe("the dashboard's files", () => {
  it("are sent with their type, by the best encoding that the browser takes", () => {
    const { ask } = built();
    const script = "/assets/index-abc.js";
    expect(text(ask(script))).toBe("plain");
    expect(text(ask(script, { "accept-encoding": "gzip, deflate, br" }))).toBe("brotli");
    expect(text(ask(script, { "accept-encoding": "gzip, br;q=0" }))).toBe("gzip");
    expect(ask(script, { "accept-encoding": "br" })).toMatchObject({
      status: 200,
      headers: {
        "content-type": "text/javascript; charset=utf-8",
        "content-encoding": "br",
        "cache-control": "public, max-age=31536000, immutable",
        vary: "accept-encoding",
        "x-content-type-options": "nosniff",
      },
    });
    expect(ask("/icon.svg")?.headers).toMatchObject({ "content-type": "image/svg+xml", "cache-control": "no-cache" });
  });

  it("let a page run its own scripts and no others, and be framed by nobody", () => {
    const policy = String(built().ask("/")?.headers["content-security-policy"]);
    expect(policy).toContain("default-src 'none'; script-src 'self';");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-eval");
  });

  it("send the page for the addresses of its router, but to no machine that asks", () => {
    const { ask } = built();
    expect(text(ask("/services/quotes?tab=logs", page))).toContain("the page");
    expect(ask("/services/quotes", { accept: "application/json" })).toBeUndefined();
    expect(ask("/assets/index-old.js", page)).toBeUndefined();
    for (const path of [
      "/api",
      "/api/v1/nothing",
      "/v1/x",
      "/registry/v1/x",
      "/health/x",
      "/metrics",
      "/.well-known/x",
    ]) {
      expect(ask(path, page)).toBeUndefined();
    }
  });

  it("are not sent again while they are the same", () => {
    const { ask, folder } = built();
    const etag = String(ask("/")?.headers["etag"]);
    expect(ask("/", { "if-none-match": `"other", W/${etag}` })).toMatchObject({ status: 304, body: undefined });
    writeFileSync(join(folder, "index.html"), "<title>a new build</title>");
    utimesSync(join(folder, "index.html"), 1, 1);
    expect(text(ask("/", { "if-none-match": etag }))).toContain("a new build");
  });

  it("have heads without bodies, and no other methods", () => {
    const { ask } = built();
    expect(ask("/", {}, "HEAD")).toMatchObject({ status: 200, headers: { "content-length": "23" }, body: undefined });
    expect(ask("/", {}, "POST")).toMatchObject({ status: 405, headers: { allow: "GET, HEAD" } });
  });

  it.each([
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/%2e%2e/secret.txt",
    "/..%2fsecret.txt",
    "/%252e%252e%252fsecret.txt",
    "/..\\secret.txt",
    "/assets/..%5c..%5csecret.txt",
    "/....//secret.txt",
    "//secret.txt",
    "/index.html%00.js",
    "/index.html\u0000",
    "/assets/link.txt",
    "/assets/key.pem",
    "/assets/",
    "/__proto__",
    "/C:/secret.txt",
    "file:///etc/passwd",
  ])("do not lead out of their folder by %j", (target) => {
    const { ask } = built();
    expect(ask(target)).toBeUndefined();
    expect(text(ask(target, page))).not.toContain("secret");
  });

  it("are replaced by a page that says how to build them while there are none", () => {
    const { ask, folder } = built();
    rmSync(folder, { recursive: true });
    expect(text(ask("/", page))).toContain("npm run build");
    expect(ask("/traces", page)).toBeUndefined();
    mkdirSync(folder);
    writeFileSync(join(folder, "index.html"), "built again");
    expect(text(ask("/", page))).toBe("built again");
  });
});
