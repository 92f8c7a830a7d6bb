import { parsePath } from "../contract/path.ts";
import { decodePart } from "./redact-query.ts";
import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { pathForm, type SensitiveParts } from "./redact-sensitive.ts";
import { redactParameters, redactUrl } from "./redact-text.ts";

export interface RedactTargetParts {
  readonly rules?: RedactRules;
  readonly sensitive: SensitiveParts | undefined;
  /** Gets the sensitive values that were in it, decoded. */
  readonly onSensitive?: (value: string) => void;
}

/** A request's path and query without secret parameters and what its operation calls sensitive. */
export function redactTarget(target: string, parts: RedactTargetParts): string {
  const { rules = processRedactRules(), sensitive, onSensitive = () => {} } = parts;
  if (!sensitive || (sensitive.params.size === 0 && sensitive.query.size === 0)) return redactUrl(target, rules);
  const mark = target.search(/[?#]/);
  const path = mark < 0 ? target : target.slice(0, mark);
  const query = mark < 0 ? "" : target.slice(mark);
  collect(query, sensitive.query, onSensitive);
  const isSensitive = (name: string) => sensitive.query.has(name) || sensitive.query.has("");
  return redactUrl(redactPath(path, sensitive, onSensitive), rules) + redactParameters(query, { rules, isSensitive });
}

function collect(query: string, names: ReadonlySet<string>, onSensitive: (value: string) => void): void {
  if (names.size === 0) return;
  for (const pair of query.slice(1).split("&")) {
    const equals = pair.indexOf("=");
    if (equals > 0 && names.has(decodePart(pair.slice(0, equals)))) onSensitive(decodePart(pair.slice(equals + 1)));
  }
}

/** Each piece of a path that stands where the template has a sensitive parameter. */
function redactPath(path: string, { path: template, params }: SensitiveParts, onSensitive: (value: string) => void) {
  if (params.size === 0) return path;
  const { pieces } = parsePath(template);
  const found = pathForm(template).exec(path);
  if (!found) return `/${REDACTED}`;
  return pieces
    .map((piece, index) => {
      const value = found[index + 1] ?? "";
      if (index % 2 === 0 || !(params.has(piece) || params.has(""))) return value;
      onSensitive(decodePart(value));
      return REDACTED;
    })
    .join("");
}
