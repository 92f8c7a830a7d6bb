import type { HttpReply } from "../../core/message.ts";
import { PAGE_HEADERS } from "./page-headers.ts";

/** The page that asks for the token. @param problem Why it asks again; "" at first. */
export function loginPage(problem: string, status: 200 | 401 | 429 = 401): HttpReply {
  const note = problem === "" ? "" : `<p role="alert">${problem}</p>`;
  return html(
    status,
    `<title>Shoal: log in</title>
<h1>Shoal</h1>
<p>This control plane asks for its token: what SHOAL_CONTROL_TOKEN was set to when it was started.</p>
${note}
<form method="post" action="/login">
<label for="token">Token</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>`,
  );
}

/**
 * A browser leaves the cookie out when a link on another site leads here, although it has one. A page of our own that
 * asks again is not of another site.
 */
export function askAgainPage(): HttpReply {
  return html(200, `<title>Shoal</title>\n<meta http-equiv="refresh" content="0">`);
}

function html(status: number, content: string): HttpReply {
  const text = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<style>body{font:1rem/1.6 system-ui,sans-serif;max-width:26rem;margin:4rem auto;padding:0 1rem;color-scheme:light dark}
input,button{font:inherit;padding:.4rem .6rem;width:100%;box-sizing:border-box;margin-top:.5rem}</style>
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
