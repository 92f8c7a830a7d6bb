import { REDACTED } from "./redact-rules.ts";

/**
 * Values that are secrets whatever they are called. Only forms that hardly anything else has: a false alarm hides what
 * someone looks for.
 */
const FORMS: readonly (readonly [form: RegExp, replacement: string])[] = [
  // PEM, also with its line breaks escaped, also cut
  [
    /-----BEGIN ([A-Z ]*)PRIVATE KEY( BLOCK)?-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY(?: BLOCK)?-----|$)/g,
    `-----BEGIN $1PRIVATE KEY$2-----${REDACTED}`,
  ],
  // RFC 6750; "Bearer token" is prose
  [/\b(bearer)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  // RFC 7617: base64 of user:password has a digit, a capital within or padding
  [/\b([Bb]asic|BASIC)\s+(?=[\w+/]*(?:\d|[a-z][A-Z]|=))[A-Za-z0-9+/]{6,}={0,2}/g, `$1 ${REDACTED}`],
  // RFC 7519: "eyJ" is {" in base64url
  [/\beyJ[\w-]{5,}(?:\.[\w-]*){1,4}/g, REDACTED],
  [/\bA[KS]IA[A-Z0-9]{16}\b/g, REDACTED],
  // what GitHub, Slack, Stripe, Google, npm, GitLab, OpenAI, Anthropic, Shopify, PyPI and DigitalOcean give out
  [
    /\b(?:gh[opsur]_\w{20,}|github_pat_\w{20,}|xox[abeprs]-[\w-]{10,}|[rs]k_(?:live|test)_\w{10,}|whsec_[\w+/]{20,}|AIza[\w-]{30,}|npm_\w{30,}|glpat-[\w-]{16,})/g,
    REDACTED,
  ],
  [
    /\b(?:sk-(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{32,}|shp(?:at|ca|pa|ss)_[0-9a-f]{32}|pypi-[\w-]{32,}|dop_v1_[0-9a-f]{64})/g,
    REDACTED,
  ],
  // who has a web hook's address may send to it
  [/(\bhooks\.slack\.com\/services\/)[\w/]+/g, `$1${REDACTED}`],
  // SQL's CREATE USER
  [/\b(identified\s+by\s+)'[^']*'?/gi, `$1'${REDACTED}'`],
];

/** The text without what looks like a secret by itself: keys, tokens, the user and password of a URL. */
export function redactValues(text: string): string {
  let redacted = text.replace(USER_INFO, `$1${REDACTED}@`);
  for (const [form, replacement] of FORMS) redacted = redacted.replace(form, replacement);
  return redacted;
}

/** Up to the last "@" before the path: a password may hold one. */
const USER_INFO = /([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#"'`<>]*@/gi;
