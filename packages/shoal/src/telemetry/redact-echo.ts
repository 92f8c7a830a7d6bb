import type { CapturedMessage } from "./records.ts";
import { REDACTED } from "./redact-rules.ts";
import type { SensitiveParts } from "./redact-sensitive.ts";

/** Hides the sensitive values of an exchange wherever else in it they come up: replies and errors like to quote them. */
export interface Echo {
  readonly add: (value: string) => void;
  readonly hide: (text: string) => string;
  readonly hideIn: (message: CapturedMessage) => CapturedMessage;
}

/** Shorter values are left: "1" or "EUR" is everywhere, and says nothing. */
const CHARS_MIN = 4;
const VALUES_MAX = 50;

/** @param sensitive Without it nothing is kept and nothing hidden. */
export function echoOf(sensitive: SensitiveParts | undefined): Echo {
  if (!sensitive) return NOTHING;
  const values = new Set<string>();
  const hide = (text: string) => {
    let hidden = text;
    for (const value of values) hidden = hidden.replaceAll(value, REDACTED);
    return hidden;
  };
  return {
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

const NOTHING: Echo = Object.freeze({
  add: () => {},
  hide: (text: string) => text,
  hideIn: (message: CapturedMessage) => message,
});
