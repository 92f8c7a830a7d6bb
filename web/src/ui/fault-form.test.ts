import { describe, expect, it } from "vitest";
import { EMPTY_FORM, faultOfForm } from "./fault-form.ts";

describe("faultOfForm", () => {
  it("is a fault as the control plane takes it", () => {
    const form = { ...EMPTY_FORM, errors: 5, drops: "10", operation: " getQuote ", caller: "web", minutes: "2" };
    expect(faultOfForm("quotes", form)).toEqual({
      service: "quotes",
      operation: "getQuote",
      instance: "",
      caller: "web",
      latencyMs: 300,
      errorRatio: 0.05,
      status: 503,
      dropRatio: 0.1,
      forMs: 120_000,
      by: "dashboard",
    });
  });

  it("says what is missing, and what is too much", () => {
    expect(faultOfForm("quotes", { ...EMPTY_FORM, latencyMs: "" })).toMatch(/Say what shall happen/);
    expect(faultOfForm("quotes", { ...EMPTY_FORM, errors: 60, drops: 60 })).toMatch(/more than all/);
  });
});
