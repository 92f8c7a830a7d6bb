import { describe, expect, it } from "vitest";
import { shoalError } from "../core/errors.ts";
import { explain } from "./explain.ts";

const PLAIN = { verbose: false, json: false, colours: false };
const error = shoalError("CONFIG_INVALID", {
  message: "/fleet/shoal.config.ts: services.quotes: instances must be an integer from 1 to 100, got 0",
  details: { file: "/fleet/shoal.config.ts" },
  cause: new Error("the disk is full", { cause: new Error("ENOSPC") }),
});

describe("explain", () => {
  it("says what happened, where, why and what to do next, in that order and without a stack", () => {
    expect(explain(error, PLAIN).split("\n")).toEqual([
      "shoal: services.quotes: instances must be an integer from 1 to 100, got 0 [CONFIG_INVALID]",
      "  where  file /fleet/shoal.config.ts",
      "  why    the disk is full",
      "         ENOSPC",
      "  next   Correct the entry of shoal.config.ts named above.",
      "",
    ]);
  });

  it("shows stacks only when asked to", () => {
    expect(explain(error, PLAIN)).not.toContain("at ");
    expect(explain(error, { ...PLAIN, verbose: true })).toContain("explain.test.ts");
  });

  it("is one JSON object for machines", () => {
    const lines = explain(error, { ...PLAIN, json: true })
      .trimEnd()
      .split("\n");
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      error: {
        code: "CONFIG_INVALID",
        what: "services.quotes: instances must be an integer from 1 to 100, got 0",
        where: "file /fleet/shoal.config.ts",
        why: ["the disk is full", "ENOSPC"],
        next: "Correct the entry of shoal.config.ts named above.",
      },
    });
  });

  it("does not say twice what the message says already", () => {
    const cause = new Error("connect ECONNREFUSED");
    const text = explain(
      shoalError("CONTROL_UNREACHABLE", {
        message: "no answer at http://x: connect ECONNREFUSED",
        cause,
        details: { url: "http://x" },
      }),
      PLAIN,
    );
    expect(text).not.toContain("why");
    expect(text).not.toContain("where");
  });

  it("asks for a report of what it did not expect", () => {
    expect(explain(new TypeError("x is not a function"), PLAIN)).toContain("This is a defect of Shoal");
    expect(explain("thrown text", PLAIN)).toContain("shoal: thrown text [UNEXPECTED]");
  });

  it("survives a ring of causes, and escape sequences in a message", () => {
    const ring = new Error("ring");
    ring.cause = ring;
    expect(explain(ring, { ...PLAIN, verbose: true })).toContain("ring");
    expect(explain(new Error("a\x1b[2Jb"), PLAIN)).toContain("shoal: ab");
  });
});
