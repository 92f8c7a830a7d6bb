import { REDACTED, type RedactRules } from "./redact-rules.ts";

export interface QueryScan {
  readonly rules: RedactRules;
  /** Parameters that are secret beside those with a secret name. */
  readonly isSensitive?: ((name: string) => boolean) | undefined;
  /** What to write in place of a value that is no secret by its name, decoded. The same when nothing is to be hidden. */
  readonly redactString: (value: string) => string;
}

/** What stands after "?" in a URL, or a urlencoded form, without its secrets; it may be cut anywhere. */
export function scanQuery(query: string, scan: QueryScan): string {
  const { rules, isSensitive } = scan;
  return query
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals < 0) return redactPart(pair, scan);
      const name = decodePart(pair.slice(0, equals));
      const value = pair.slice(equals + 1);
      const secret = value !== "" && (isSecretName(name, rules) || isSensitive?.(name));
      return `${pair.slice(0, equals)}=${secret ? REDACTED : redactPart(value, scan)}`;
    })
    .join("&");
}

/** Azure's signature is called "sig", there and nowhere else. Some encode twice. */
function isSecretName(name: string, rules: RedactRules): boolean {
  return name === "sig" || rules.isSecretKey(name) || (name.includes("%") && rules.isSecretKey(decodePart(name)));
}

/** A value may be a URL, JSON or a form itself. */
function redactPart(encoded: string, { redactString }: QueryScan): string {
  if (encoded === "") return encoded;
  const text = decodePart(encoded);
  const redacted = redactString(text);
  return redacted === text ? encoded : encodePart(redacted);
}

/** What was redacted, encoded again, with its marks still legible. */
export function encodePart(redacted: string): string {
  return encodeURIComponent(redacted).replaceAll(REDACTED_ENCODED, REDACTED);
}

const REDACTED_ENCODED = encodeURIComponent(REDACTED);

/** As forms decode; what is no UTF-8 is decoded as far as it goes. */
export function decodePart(encoded: string): string {
  const spaced = encoded.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  }
}
