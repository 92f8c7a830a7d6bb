import type { HttpReply } from "../core/message.ts";

/** Where to look while the dashboard is not built. */
const PLACES: readonly (readonly [path: string, what: string])[] = [
  ["/api/v1/fleet", "the fleet as a whole"],
  ["/api/v1/services", "each service's instances and rates"],
  ["/api/v1/instances", "each instance's state"],
  ["/api/v1/logs", "what processes printed last"],
  ["/registry/v1/instances", "who is alive where"],
  ["/sd/prometheus", "scrape targets, for Prometheus' http_sd_configs"],
  ["/openapi.json", "the API's description"],
  ["/metrics", "this process' own metrics"],
];

/** What a person sees who opens the control plane's address. */
export function homePage(fleet: string): HttpReply {
  const places = PLACES.map(([path, what]) => `<li><a href="${path}">${path}</a> ${escaped(what)}</li>`).join("\n");
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Shoal: ${escaped(fleet)}</title>
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem;color-scheme:light dark}</style>
<h1>${escaped(fleet) || "Shoal"}</h1>
<p>This is the control plane of a Shoal fleet. Its dashboard is not built: in a checkout of Shoal,
<code>npm run build</code> does that. On the command line, <code>shoal ps</code> and <code>shoal logs -f</code> show the
same.</p>
<ul>
${places}
</ul>
`;
  return { status: 200, headers: HEADERS, body: Buffer.from(html) };
}

/** Nothing but the inline style: the page needs no script, and must not be framed by another. */
const HEADERS = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
