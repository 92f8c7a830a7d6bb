export { REDACTED } from "./redacted.ts";

/** Which names hold secrets. */
export interface RedactRules {
  /** True for the name of a header, field, parameter or variable that holds a secret, however it is spelled. */
  readonly isSecretKey: (key: string) => boolean;
  /** False for most texts: then there is nothing in them to look for. */
  readonly isSuspicious: (text: string) => boolean;
  /** Finds the words of secret names in a text, one after the other; global, so `lastIndex` is its user's. */
  readonly words: RegExp;
}

/** Words that make a name secret wherever they stand in it. */
const ANYWHERE = [
  "authorization",
  "cookie",
  "secret",
  "api key",
  "access key",
  "private key",
  "signing key",
  "credential",
];
/** Likewise, and rarer. */
const KEYS = ["account key", "encryption key", "master key"];
/** Likewise, and written as one in PASS_WORDS. */
const PASS_NAMES = ["password", "passwd", "passphrase", "passcode"];
/** Words that make a name secret at its end only: "maxTokens" counts, "tokenType" is none. */
const AT_END = ["token", "pwd", "jwt", "session id", "sess id", "connect sid", "signature"];
/** At the end of a longer name: "DB_PASS" and "smtp.pass". By itself it is what compilers and tests speak of. */
const PASS = /[\w\]][_.[]pass\]*$/i;

/** How secrets begin that are known without a name: see redact-values.ts. */
const BY_FORM =
  /bearer |basic |eyj[a-z0-9_-]{5}|a[ks]ia[a-z0-9]{16}|private key-----|gh[opsur]_|github_pat_|xox[abeprs]-|[rs]k_(?:live|test)_|aiza|npm_|glpat-/i;
/** Others, which are looked for in what holds something so long only. */
const LONG = /[a-z1][-_][\w-]{20}/;
const BY_LONG_FORM = /sk-[\w-]{16}|whsec_|shp[acs][at]_|pypi-|dop_v1_/;
const BY_SQL = /identified by/i;
/** Azure's signed URLs. */
const SIGNED = /[?&]sig=/;
const IN_URL = /:\/\/[^\s/?#@]*@|hooks\.slack\.com/;
/** Escapes in JSON and in URLs, which may spell a secret name. */
const ESCAPED = /\\u00|\\x[0-9a-f]{2}/i;
const PERCENT_ENCODED = /%[2-7][0-9a-f][^=&\s]*=|%3a%2f%2f[^&\s]*%40/i;

/** What may stand between the words of a name. */
const JOINT = "[-_.\\s]*";
/** All words with "pass", as one: in a text, and without the letters after it that make it another word. */
const PASS_WORDS = `pass(?:${JOINT}(?:word|phrase)|wd|code|(?![a-z]))`;

/** More of them than this would make every line slow. */
const NAMES_MAX = 100;
const CACHE_MAX = 2_000;
const KEY_CHARS_MAX = 200;

/**
 * Makes the rules.
 * @param names Further names that hold secrets, such as "x-partner-id". Case, "-", "_", "." and blanks make no
 * difference; a name counts as a whole, as the end of a longer name does not.
 */
export function redactRules(names: readonly string[] = []): RedactRules {
  const own = new Set(names.slice(0, NAMES_MAX).map(plain).filter(Boolean));
  const ownWords = [...own].map((name) => [...name].map(escaped).join(JOINT));
  const frequent = [...[...ANYWHERE, ...AT_END].map(inText), PASS_WORDS, ...ownWords];
  const rare = KEYS.map(inText);
  const anywhere = new RegExp([...ANYWHERE, ...KEYS, ...PASS_NAMES].map(plain).join("|"));
  const atEnd = new RegExp(`(?:${AT_END.map(plain).join("|")})$`);
  const words = new RegExp(frequent.join("|"), "i");
  const rareWords = new RegExp(rare.join("|"), "i");
  const known = new Map<string, boolean>();
  const decide = (key: string) => {
    const name = plain(key);
    return anywhere.test(name) || atEnd.test(name) || own.has(name) || PASS.test(key);
  };
  return Object.freeze({
    isSecretKey(key: string) {
      const before = known.get(key);
      if (before !== undefined) return before;
      if (key.length > KEY_CHARS_MAX) return decide(key);
      const secret = decide(key);
      if (known.size >= CACHE_MAX) known.clear();
      known.set(key, secret);
      return secret;
    },
    // Apart, because Node's engine skips ahead in forms that are alike: as one it would take three times as long.
    isSuspicious: (text: string) =>
      words.test(text) ||
      rareWords.test(text) ||
      BY_FORM.test(text) ||
      (LONG.test(text) && BY_LONG_FORM.test(text)) ||
      (text.includes("'") && BY_SQL.test(text)) ||
      (text.includes("sig=") && SIGNED.test(text)) ||
      (text.includes("://") && IN_URL.test(text)) ||
      (text.includes("\\") && ESCAPED.test(text)) ||
      (text.includes("%") && PERCENT_ENCODED.test(text)),
    words: new RegExp([...frequent, ...rare].join("|"), "gi"),
  });
}

/** Whether it is an option, such as "--password", whose value is the argument after it. */
export function isSecretOption(argument: unknown, rules: RedactRules): boolean {
  return typeof argument === "string" && OPTION.test(argument) && rules.isSecretKey(argument);
}

const OPTION = /^--?[a-z][\w.-]{0,100}$/i;

/** The names in SHOAL_REDACT: separated by commas. */
export function redactNamesIn(env: Readonly<Record<string, string | undefined>>): readonly string[] {
  return (env["SHOAL_REDACT"] ?? "").split(",").filter((name) => name.trim() !== "");
}

let ofProcess: RedactRules | undefined;

/** The rules of this process, made on first use: the usual names and those of SHOAL_REDACT. */
export function processRedactRules(): RedactRules {
  ofProcess ??= redactRules(redactNamesIn(globalThis.process?.env ?? {}));
  return ofProcess;
}

function inText(word: string): string {
  return word.split(" ").join(JOINT);
}

function plain(key: string): string {
  return key.replace(/[-_.\s[\]]/g, "").toLowerCase();
}

function escaped(character: string): string {
  return character.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&");
}
