import type { Attributes, AttributeValue, Span } from "./records.ts";
import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/** A span without secrets in its name, status, attributes and events; the same object when there are none. */
export function redactSpan<Kind extends Span>(span: Kind, rules: RedactRules = processRedactRules()): Kind {
  if (!needsRedaction(span, rules)) return span;
  return {
    ...span,
    name: redactText(span.name, rules),
    statusMessage: redactText(span.statusMessage, rules),
    attributes: redactAttributes(span.attributes, rules),
    events: span.events.map((event) => ({ ...event, attributes: redactAttributes(event.attributes, rules) })),
    links: span.links.map((link) => ({ ...link, attributes: redactAttributes(link.attributes, rules) })),
  };
}

/** A log record without secrets in its text and its fields. */
export function redactLogRecord<Kind extends { readonly text: string; readonly fields: Attributes }>(
  record: Kind,
  rules: RedactRules = processRedactRules(),
): Kind {
  return { ...record, text: redactText(record.text, rules), fields: redactAttributes(record.fields, rules) };
}

function needsRedaction({ name, statusMessage, attributes, events, links }: Span, rules: RedactRules): boolean {
  if (events.length > 0 || links.length > 0) return true;
  // One search of all texts together costs a fraction of one for each.
  let all = `${name}\n${statusMessage}`;
  for (const key in attributes) {
    if (rules.isSecretKey(key)) return true;
    const value = attributes[key];
    if (typeof value === "string") all += `\n${value}`;
    else if (typeof value === "object") all += `\n${value.join("\n")}`;
  }
  return rules.isSuspicious(all);
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
  return value.map((one) => (typeof one === "string" ? redactText(one, rules) : one));
}
