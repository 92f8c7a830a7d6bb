import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { ERRORS, isShoalError, messageOf, ShoalError, shoalError } from "./errors.ts";

const rows = Object.entries(ERRORS);

describe("ERRORS", () => {
  it.each(rows)("%s has a valid status, advice and a hint that ends a sentence", (code, row) => {
    expect(code).toMatch(/^[A-Z][A-Z_]*[A-Z]$/);
    expect(row.status).toBeGreaterThanOrEqual(400);
    expect(row.status).toBeLessThan(600);
    expect(["now", "later", "never"]).toContain(row.retry);
    expect(row.hint).toMatch(/\.$/);
  });

  it("is in order, so that two rows for one thing stand side by side and are seen", () => {
    const codes = rows.map(([code]) => code);
    expect(codes).toEqual([...codes].sort());
  });

  it("advises to retry now only where the work was provably not begun: with 503", () => {
    for (const [, row] of rows) if (row.retry === "now") expect(row.status).toBe(503);
  });

  it("never advises to repeat a request that was the caller's mistake, unless it says to wait", () => {
    for (const [code, row] of rows) {
      if (row.status < 500 && row.retry !== "never") expect(code).toBe("IDEMPOTENCY_IN_PROGRESS");
    }
  });
});

describe("ShoalError", () => {
  it("leads its message with its code and takes status, advice and hint from the table", () => {
    const error = shoalError("OVERLOADED", { message: "quotes is full" });
    expect(error.message).toBe("[OVERLOADED] quotes is full");
    expect(error).toMatchObject({ code: "OVERLOADED", details: {}, origin: undefined, ...ERRORS.OVERLOADED });
  });

  it("lets a throw site replace them", () => {
    const given = { status: 418, retry: "now", hint: "Drink tea.", details: { a: 1 }, origin: "rates" } as const;
    expect(shoalError("INTERNAL", { message: "no", ...given })).toMatchObject(given);
  });

  it("treats an unknown code as an error of a contract: 500, never retried, without a hint", () => {
    expect(new ShoalError("notFound", { message: "no" })).toMatchObject({ status: 500, retry: "never", hint: "" });
  });

  it("does not take a code for a row because objects have such a member", () => {
    expect(new ShoalError("constructor", { message: "no" })).toMatchObject({ status: 500, retry: "never", hint: "" });
  });

  it("keeps its cause, and has none when none was given", () => {
    const cause = new Error("below");
    expect(shoalError("INTERNAL", { message: "above", cause }).cause).toBe(cause);
    expect("cause" in shoalError("INTERNAL", { message: "above" })).toBe(false);
  });
});

describe("what Node prints of an uncaught ShoalError", () => {
  it("is the stack and what helps people, and no inner state", () => {
    const printed = inspect(shoalError("CONFIG_INVALID", { message: "no services", details: { file: "a.ts" } }));
    expect(printed).toContain("ShoalError: [CONFIG_INVALID] no services\n    at ");
    expect(printed).toContain("hint: 'Correct the entry");
    expect(printed).toContain("file: 'a.ts'");
    expect(printed).not.toMatch(/status:|retry:|origin:|Symbol/);
  });
});

describe("isShoalError", () => {
  it("knows an error of another copy of the package by its brand", () => {
    const fromElsewhere = Object.assign(new Error("x"), { [Symbol.for("shoal.error")]: true });
    expect(isShoalError(fromElsewhere)).toBe(true);
  });

  it.each([null, undefined, "text", 1, new Error("plain"), {}])("says no to %s", (value) => {
    expect(isShoalError(value)).toBe(false);
  });
});

describe("messageOf", () => {
  it("quotes what was thrown, whatever it was", () => {
    expect(messageOf(new Error("broken"))).toBe("broken");
    expect(messageOf("text")).toBe("text");
    expect(messageOf(undefined)).toBe("undefined");
  });

  it("looks into the empty AggregateError that Node throws when all addresses of a host fail", () => {
    expect(messageOf(new AggregateError([new Error("v6"), new Error("v4")]))).toBe("v6; v4");
  });
});
