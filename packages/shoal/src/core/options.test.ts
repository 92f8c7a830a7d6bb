import { describe, expect, it } from "vitest";
import { checkDurationMs, checkInteger, checkOption, withDefaults } from "./options.ts";

describe("withDefaults", () => {
  const defaults = Object.freeze({ first: 1 as number, second: "b" as string | undefined });

  it("fills in what is not given and does not change the defaults", () => {
    expect(withDefaults(defaults, { first: 2 })).toEqual({ first: 2, second: "b" });
    expect(withDefaults(defaults, undefined)).toEqual(defaults);
    expect(defaults.first).toBe(1);
  });

  it("keeps a default where the given value is undefined", () => {
    expect(withDefaults(defaults, { second: undefined })).toEqual(defaults);
  });

  it("refuses a name it does not know, and tells those it knows", () => {
    expect(() => withDefaults(defaults, { thrid: 3 } as object)).toThrow(
      "[OPTION_INVALID] thrid is no option here; known: first, second",
    );
  });
});

describe("checks", () => {
  it("name the option, the rule and the value", () => {
    expect(() => checkOption(false, "ratio", "from 0 to 1", 2)).toThrow(
      "[OPTION_INVALID] ratio must be from 0 to 1, got 2",
    );
    expect(() => checkOption(true, "ratio", "from 0 to 1", 1)).not.toThrow();
  });

  it.each([0, 4, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d where 1 to 3 is asked for", (value) => {
    expect(() => checkInteger("n", value, 1, 3)).toThrow("n must be an integer from 1 to 3");
  });

  it.each([1, 3])("takes %d where 1 to 3 is asked for", (value) => {
    expect(() => checkInteger("n", value, 1, 3)).not.toThrow();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])("refuses %d as a duration", (value) => {
    expect(() => checkDurationMs("waitMs", value)).toThrow("[OPTION_INVALID] waitMs");
  });

  it.each([0, 0.5, 2 ** 31 - 1])("takes %d ms, which a timer can wait", (value) => {
    expect(() => checkDurationMs("waitMs", value)).not.toThrow();
  });
});
