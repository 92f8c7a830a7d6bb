import type { HttpReply } from "../../core/message.ts";
import { PAGE_HEADERS } from "./page-headers.ts";

/** The page that asks for the token. @param problem Why it asks again; "" at first. */
export function loginPage(problem: string, status: 200 | 401 | 429 = 401): HttpReply {
  const note = problem === "" ? "" : `<p id="problem" class="problem" role="alert">${problem}</p>`;
  const described =
    problem === "" ? `aria-describedby="where"` : `aria-invalid="true" aria-describedby="problem where"`;
  return html(
    status,
    `<title>Shoal: log in</title>
<main>
${MARK}
<h1>Log in to Shoal</h1>
<p>This control plane asks for its token.</p>
${note}
<form method="post" action="/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" spellcheck="false" ${described} required autofocus>
<button>Log in</button>
</form>
<p id="where" class="quiet">It is what <code>SHOAL_CONTROL_TOKEN</code> was set to when the control plane was started.
A link that ends in <code>?token=…</code> needs no form.</p>
</main>`,
  );
}

/**
 * A browser leaves the cookie out when a link on another site leads here, although it has one. A page of our own that
 * asks again is not of another site.
 */
export function askAgainPage(): HttpReply {
  return html(200, `<title>Shoal</title>\n<meta http-equiv="refresh" content="0">`);
}

/** The dashboard's, in place: who is not in yet is given no file. */
const MARK = `<svg class="mark" viewBox="0 0 32 32" aria-hidden="true"><rect width="32" height="32" rx="7" fill="#0b7285"/>
<g fill="#fff"><path d="M6 11c3-3 7-3 9.500 0L18 8.700v4.600L15.500 11C13 14 9 14 6 11z"/>
<path d="M14 17c3-3 7-3 9.500 0l2.500-2.300v4.600L23.500 17c-2.500 3-6.500 3-9.500 0z" opacity=".85"/>
<path d="M7 22.500c2.400-2.400 5.600-2.400 7.600 0l2-1.800v3.600l-2-1.800c-2 2.400-5.200 2.400-7.600 0z" opacity=".7"/></g></svg>`;

/** The dashboard's colours and measures, in both themes: this page comes before its files. */
const STYLE = `:root{color-scheme:light dark;--page:#f6f8fa;--card:#fff;--line:#e3e8ed;--strong:#c9d2da;--text:#1a232b;--quiet:#56626e;--bad:#c02020;--badly:#fff0f0}
@media (prefers-color-scheme:dark){:root{--page:#0c1115;--card:#12181d;--line:#242d35;--strong:#3a444f;--text:#dde4ea;--quiet:#93a0ad;--bad:#ff8080;--badly:#2a1517}}
*{box-sizing:border-box}
body{display:grid;min-height:100vh;margin:0;padding:24px 24px 12vh;place-items:center;background:var(--page);color:var(--text);font:14px/1.5 system-ui,sans-serif}
main{width:100%;max-width:380px;padding:28px;border:1px solid var(--line);border-radius:10px;background:var(--card)}
.mark{display:block;width:36px;height:36px}
h1{margin:16px 0 2px;font-size:20px;line-height:1.3}
p{margin:0}
.quiet{margin-top:16px;color:var(--quiet);font-size:12px}
code{font:12px ui-monospace,monospace;overflow-wrap:anywhere}
.problem{margin-top:16px;padding:8px 12px;border-left:3px solid var(--bad);border-radius:4px;background:var(--badly);color:var(--bad)}
form{display:grid;margin-top:16px}
label{margin-bottom:4px;font-size:12px;font-weight:600}
input,button{width:100%;height:36px;border-radius:4px;font:inherit}
input{padding:0 10px;border:1px solid var(--strong);background:var(--card);color:inherit}
input[aria-invalid]{border-color:var(--bad)}
button{margin-top:12px;border:0;background:#047d94;color:#fff;font-weight:600;cursor:pointer}
button:hover{background:#006c82}
:focus-visible{outline:2px solid #178ca4;outline-offset:2px}`;

function html(status: number, content: string): HttpReply {
  const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>${STYLE}</style>
${content}
`;
  const csp =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";
  // By "no-referrer" a browser would say that the form comes from the origin "null", and the guard would refuse it.
  const headers = { ...PAGE_HEADERS, "content-security-policy": csp, "referrer-policy": "same-origin" };
  return {
    status,
    headers: { ...headers, "content-type": "text/html; charset=utf-8", "cache-control": "no-store" },
    body: Buffer.from(text),
  };
}
