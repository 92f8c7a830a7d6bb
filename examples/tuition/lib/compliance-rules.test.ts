import { describe, expect, it } from "vitest";
import { AMOUNT_MAX, DOCUMENT_THRESHOLDS, isSanctioned, SANCTIONED_NAMES, screen } from "./compliance-rules.ts";
import { money } from "./money.ts";

const clean = { payer: "Ada Lovelace", documents: [] };

describe("compliance", () => {
  it.each(SANCTIONED_NAMES)("refuses %s", (payer) => {
    expect(screen({ ...clean, payer, amount: money("EUR", 100) })).toEqual({ kind: "refused", rule: "sanctions-list" });
  });

  it.each([
    "MORDECAI VANTABLACK",
    "Vantablack, Mordecai",
    "octavio sombra rio",
    "Prof. Ignatius  Null",
    "Cassius J. Quillfeather",
  ])("sees through the spelling of %s", (payer) => expect(isSanctioned(payer)).toBe(true));

  it.each(["Ada Lovelace", "Ignatius Loyola", "Nullius Ignatia", "", "!!!", "Grimwald"])("leaves %j alone", (payer) => {
    expect(isSanctioned(payer)).toBe(false);
  });

  it.each([
    [DOCUMENT_THRESHOLDS.invoice - 1, []],
    [DOCUMENT_THRESHOLDS.invoice, ["invoice"]],
    [DOCUMENT_THRESHOLDS.sourceOfFunds - 1, ["invoice"]],
    [DOCUMENT_THRESHOLDS.sourceOfFunds, ["invoice", "sourceOfFunds"]],
    [AMOUNT_MAX, ["invoice", "sourceOfFunds"]],
  ] as const)("asks for documents from the thresholds on: %i cents", (minor, documents) => {
    const decision = screen({ ...clean, amount: money("EUR", minor) });
    expect(decision).toEqual(documents.length === 0 ? { kind: "cleared" } : { kind: "documentsRequired", documents });
    expect(screen({ ...clean, amount: money("EUR", minor), documents }).kind).toBe("cleared");
  });

  it("refuses what no year of study costs", () => {
    const decision = screen({
      ...clean,
      amount: money("EUR", AMOUNT_MAX + 1),
      documents: ["invoice", "sourceOfFunds"],
    });
    expect(decision).toEqual({ kind: "refused", rule: "amount-over-maximum" });
  });
});
