import type { CapturedMessage } from "./records.ts";
import { REDACTED } from "./redact-rules.ts";
import type { SensitiveParts } from "./redact-sensitive.ts";

/** Hides the sensitive values of an exchange wherever else in it they come up: replies and errors like to quote them. */
export interface Echo {
  readonly add: (value: string) => void;
  /** What is hidden, in every spelling. */
  readonly values: ReadonlySet<string>;
  readonly hide: (text: string) => string;
  readonly hideIn: (message: CapturedMessage) => CapturedMessage;
}

/** Shorter values are left: "1" or "EUR" is everywhere, and says nothing. */
const CHARS_MIN = 4;
const VALUES_MAX = 150;

/**
 * @param sensitive Without it, and without `known`, nothing is kept and nothing hidden.
 * @param known Values to hide from the beginning.
 */
export function echoOf(sensitive: SensitiveParts | undefined, known: ReadonlySet<string> = NO_VALUES): Echo {
  if (!sensitive && known.size === 0) return NOTHING;
  const values = new Set<string>(known);
  const hide = (text: string) => {
    let hidden = text;
    for (const value of values) hidden = hidden.replaceAll(value, REDACTED);
    return hidden;
  };
  return {
    values,
    add(value) {
      if (value.length < CHARS_MIN || values.size >= VALUES_MAX) return;
      values.add(value).add(encodeURIComponent(value.toWellFormed())).add(JSON.stringify(value).slice(1, -1));
    },
    hide,
    hideIn({ headers, body }) {
      if (values.size === 0) return { headers, body };
      return {
        headers: headers.map(([name, value]) => [name, hide(value)] as const),
        body: { ...body, text: hide(body.text) },
      };
    },
  };
}

const NO_VALUES: ReadonlySet<string> = new Set();

const NOTHING: Echo = Object.freeze({
  values: NO_VALUES,
  add: () => {},
  hide: (text: string) => text,
  hideIn: (message: CapturedMessage) => message,
});
