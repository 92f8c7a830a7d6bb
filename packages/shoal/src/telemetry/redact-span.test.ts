import { expect, it } from "vitest";
import type { Span } from "./records.ts";
import { redactRules } from "./redact-rules.ts";
import { redactFields, redactLogRecord, redactSpan } from "./redact-span.ts";

const span: Span = {
  traceId: "0af7651916cd43dd8448eb211c80319c",
  spanId: "b7ad6b7169203331",
  parentSpanId: "",
  name: "GET /quotes/:id",
  kind: "server",
  startMs: 0,
  durationMs: 1,
  status: "unset",
  statusMessage: "",
  attributes: { "http.route": "/quotes/:id", count: 1, list: ["a", 2] },
  events: [],
  links: [],
  scope: "shoal",
};

it("leaves a span without secrets as it is", () => {
  expect(redactSpan(span)).toBe(span);
});

it("hides secrets in every text of a span, by name and by form", () => {
  const attributes = { "db.password": "S3CRET", "url.full": "http://a/?token=S3CRET", list: ["password=S3CRET"], n: 1 };
  const message = { "exception.message": "bad password: S3CRET" };
  const redacted = redactSpan({
    ...span,
    name: "login token=S3CRET",
    statusMessage: "with password=S3CRET",
    attributes,
    events: [{ name: "sent token=S3CRET", timeMs: 0, attributes: message }],
    links: [{ traceId: span.traceId, spanId: span.spanId, attributes: message }],
  });
  expect(JSON.stringify(redacted)).not.toContain("S3CRET");
  expect(redacted).toMatchObject({
    attributes: { "db.password": "[redacted]", "url.full": "http://a/?token=[redacted]", n: 1 },
  });
});

it("finds a secret wherever it comes up, however often the same was seen, and under whatever rules", () => {
  const withPath = (path: string) => ({ ...span, attributes: { path } });
  const own = redactRules(["partner"]);
  for (let round = 0; round < 3; round += 1) {
    expect(redactSpan(withPath("/a?partner=S3CRET")).attributes).toEqual({ path: "/a?partner=S3CRET" });
    expect(redactSpan(withPath("/a?partner=S3CRET"), own).attributes).toEqual({ path: "/a?partner=[redacted]" });
    expect(redactSpan(withPath("/a?token=S3CRET")).attributes).toEqual({ path: "/a?token=[redacted]" });
    for (let other = 0; other < 50; other += 1) redactSpan(withPath(`/${other}`));
  }
});

it("leaves a log record without secrets as it is", () => {
  const record = { text: "paid", fields: { n: 1, customer: "7" } };
  expect(redactLogRecord(record)).toBe(record);
});

it("hides secrets in the text and the fields of a log record", () => {
  const record = { text: "login password=S3CRET", fields: { "db.password": "S3CRET", n: 1 }, scope: "x" };
  expect(redactLogRecord(record)).toEqual({
    text: "login password=[redacted]",
    fields: { "db.password": "[redacted]", n: 1 },
    scope: "x",
  });
});

it("hides what a process was told by its arguments, one by one or as a line", () => {
  const fields = {
    "process.command_args": ["node", "shop.js", "--db-password", "S3CRET", "--token=S3CRET", "--port", "80"],
    "process.command_line": "node shop.js --db-password S3CRET --port 80",
  };
  const redacted = redactFields(fields);
  expect(JSON.stringify(redacted)).not.toContain("S3CRET");
  expect(redacted["process.command_args"]).toEqual([
    "node",
    "shop.js",
    "--db-password",
    "[redacted]",
    "--token=[redacted]",
    "--port",
    "80",
  ]);
});

it("leaves fields without secrets as they are", () => {
  const fields = { "process.command_args": ["node", "shop.js", "--port", "80"], missing: ["password", "email"] };
  expect(redactFields(fields)).toEqual(fields);
});
