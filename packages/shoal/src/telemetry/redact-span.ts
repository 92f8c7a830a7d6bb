import type { Attributes, AttributeValue, Span } from "./records.ts";
import { isSecretOption, processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** A span without secrets in its name, status, attributes and events; the same object when there are none. */
export function redactSpan<Kind extends Span>(span: Kind, rules: RedactRules = processRedactRules()): Kind {
  if (!needsRedaction(span, rules)) return span;
  return {
    ...span,
    name: redactText(span.name, rules),
    statusMessage: redactText(span.statusMessage, rules),
    attributes: redactAttributes(span.attributes, rules),
    events: span.events.map((event) => ({
      ...event,
      name: redactText(event.name, rules),
      attributes: redactAttributes(event.attributes, rules),
    })),
    links: span.links.map((link) => ({ ...link, attributes: redactAttributes(link.attributes, rules) })),
  };
}

/** Attributes, such as of a resource or a metric, without secrets; the same object when there are none. */
export function redactFields(fields: Attributes, rules: RedactRules = processRedactRules()): Attributes {
  return hasSecret(fields, rules) ? redactAttributes(fields, rules) : fields;
}

/** A log record without secrets in its text and its fields; the same object when there are none. */
export function redactLogRecord<Kind extends { readonly text: string; readonly fields: Attributes }>(
  record: Kind,
  rules: RedactRules = processRedactRules(),
): Kind {
  const { fields } = record;
  const text = redactText(record.text, rules);
  if (text === record.text && !hasSecret(fields, rules)) return record;
  return { ...record, text, fields: redactAttributes(fields, rules) };
}

function needsRedaction({ name, statusMessage, attributes, events, links }: Span, rules: RedactRules): boolean {
  if (events.length > 0 || links.length > 0) return true;
  let all = "";
  if (!isKnownClean(NAME, name, rules)) all += name;
  if (statusMessage !== "") all += `\n${statusMessage}`;
  return hasSecret(attributes, rules, all);
}

/** @param others Further text that is to be looked at. */
function hasSecret(attributes: Attributes, rules: RedactRules, others = ""): boolean {
  // One search of all that is new together costs a fraction of one for each.
  let all = others;
  for (const key in attributes) {
    if (rules.isSecretKey(key)) return true;
    const value = attributes[key];
    if (typeof value === "string") {
      if (!isKnownClean(key, value, rules)) all += `\n${value}`;
    } else if (typeof value === "object") all += `\n${value.join("\n")}`;
  }
  return all !== "" && rules.isSuspicious(all);
}

/** Stands for a span's name, among the keys of attributes. */
const NAME = "";
const KEYS_MAX = 200;
const VALUES_MAX = 32;
const VALUE_CHARS_MAX = 64;

/** Values that were looked at before, by key: most keys have the same few, whoever sends them. */
let clean = new Map<string, Set<string>>();
let cleanRules: RedactRules | undefined;

/** False when it is to be looked at: it is no value for the memory, or there is something in it. */
function isKnownClean(key: string, value: string, rules: RedactRules): boolean {
  if (cleanRules !== rules) clean = new Map();
  cleanRules = rules;
  const values = clean.get(key) ?? newValues(key);
  if (values === undefined || value.length > VALUE_CHARS_MAX) return false;
  if (values.has(value)) return true;
  if (values.size >= VALUES_MAX || rules.isSuspicious(value)) return false;
  values.add(value);
  return true;
}

function newValues(key: string): Set<string> | undefined {
  if (clean.size >= KEYS_MAX) return undefined;
  const values = new Set<string>();
  clean.set(key, values);
  return values;
}

function redactAttributes(attributes: Attributes, rules: RedactRules): Attributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      key,
      rules.isSecretKey(key) ? REDACTED : redactValue(value, rules),
    ]),
  );
}

function redactValue(value: AttributeValue, rules: RedactRules): AttributeValue {
  if (typeof value === "string") return redactText(value, rules);
  if (typeof value !== "object") return value;
  return redactList(value, rules);
}

/** Arguments of a process come one by one: in ["--password", "x"] the one before tells what "x" is. */
function redactList(list: Extract<AttributeValue, object>, rules: RedactRules): Extract<AttributeValue, object> {
  return list.map((one, at) => {
    if (isSecretOption(list[at - 1], rules)) return REDACTED;
    return typeof one === "string" ? redactText(one, rules) : one;
  });
}
