import { isPicture, redactBodyText } from "./capture-text.ts";
import type { CapturedBody, CapturedMessage, Exchange } from "./records.ts";
import { processRedactRules, REDACTED, type RedactRules } from "./redact-rules.ts";
import { redactText } from "./redact-text.ts";

/**
 * An exchange that was recorded elsewhere, without the secrets by name or form that are left in it: another program
 * may have recorded it, or one of ours with other names in SHOAL_REDACT. What was redacted stays as it is.
 */
export function redactExchange<Kind extends Exchange>(exchange: Kind, rules: RedactRules = processRedactRules()): Kind {
  const { operation, url, error, attempts, request, reply } = exchange;
  return {
    ...exchange,
    operation: redactText(operation, rules),
    url: redactText(url, rules),
    error: redactText(error, rules),
    attempts: attempts.map((attempt) => ({ ...attempt, error: redactText(attempt.error, rules) })),
    request: redactMessage(request, rules),
    reply: reply && redactMessage(reply, rules),
  };
}

function redactMessage({ headers, body }: CapturedMessage, rules: RedactRules): CapturedMessage {
  const contentType = headers.find(([name]) => name === "content-type")?.[1] ?? "";
  return { headers: redactHeaders(headers, rules), body: redactBody(body, contentType, rules) };
}

function redactHeaders(headers: CapturedMessage["headers"], rules: RedactRules): CapturedMessage["headers"] {
  return headers.map(([name, value]) => [
    name,
    rules.isSecretKey(name) && value !== "" ? REDACTED : redactText(value, rules),
  ]);
}

function redactBody(body: CapturedBody, contentType: string, rules: RedactRules): CapturedBody {
  if (body.text === "") return body;
  if (body.encoding === "utf8") return { ...body, text: redactBodyText(body.text, contentType, rules) };
  if (isPicture(contentType)) return body;
  const isHidden = rules.isSuspicious(Buffer.from(body.text, "base64").toString("latin1"));
  return isHidden ? { ...body, encoding: "utf8", text: "", truncated: true } : body;
}
