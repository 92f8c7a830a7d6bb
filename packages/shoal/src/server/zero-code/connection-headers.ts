/** Headers about one connection and not about the message (RFC 9110, 7.6.1). */
const OF_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** The headers that go with a message from one connection to the next. Names are in lower case. */
export function withoutConnectionHeaders<Value>(headers: Readonly<Record<string, Value>>): Record<string, Value> {
  const listed = headers["connection"];
  const named = typeof listed === "string" ? listed.toLowerCase().split(/\s*,\s*/) : [];
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OF_CONNECTION.has(name) && !named.includes(name)),
  );
}
