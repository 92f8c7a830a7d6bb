import type { Money } from "./money.ts";

/** What a payer must show. */
export type DocumentKind = "invoice" | "sourceOfFunds";

export type Decision =
  | { readonly kind: "cleared" }
  | { readonly kind: "documentsRequired"; readonly documents: DocumentKind[] }
  | { readonly kind: "refused"; readonly rule: string };

export interface Screening {
  /** The payer's name as typed. */
  readonly payer: string;
  /** What is paid, in euros. */
  readonly amount: Money;
  readonly documents: readonly DocumentKind[];
}

/** From these amounts on, in cents of a euro, a payer must show the document. */
export const DOCUMENT_THRESHOLDS: Readonly<Record<DocumentKind, number>> = {
  invoice: 1_000_000,
  sourceOfFunds: 5_000_000,
};

/** Nobody pays this much for a year of study, in cents of a euro. */
export const AMOUNT_MAX = 25_000_000;

/** People and firms whose money we must not touch. All made up. */
export const SANCTIONED_NAMES: readonly string[] = [
  "Baron Mordecai Vantablack",
  "Ludmila Krov-Zelenko",
  "Octavio Sombra del Río",
  "Grimwald Shipping & Trading",
  "Professor Ignatius Null",
  "Yevdokia Marrowbone",
  "Halcyon Offshore Holdings",
  "Cassius Quillfeather",
];

/** What compliance says to a payment. */
export function screen({ payer, amount, documents }: Screening): Decision {
  if (isSanctioned(payer)) return { kind: "refused", rule: "sanctions-list" };
  if (amount.minor > AMOUNT_MAX) return { kind: "refused", rule: "amount-over-maximum" };
  const missing = documentsFor(amount).filter((document) => !documents.includes(document));
  return missing.length > 0 ? { kind: "documentsRequired", documents: missing } : { kind: "cleared" };
}

/** The documents that an amount in euros needs. */
export function documentsFor(amount: Money): DocumentKind[] {
  const kinds = Object.keys(DOCUMENT_THRESHOLDS) as DocumentKind[];
  return kinds.filter((kind) => amount.minor >= DOCUMENT_THRESHOLDS[kind]);
}

/** Titles and legal forms come and go; names do not. */
const NOISE = new Set(["baron", "professor", "and", "del", "holdings", "ltd", "inc"]);

const sanctioned = SANCTIONED_NAMES.map(wordsOf);

/** True when a name on the list has each of its words in this name: in any order, case, accent or punctuation. */
export function isSanctioned(name: string): boolean {
  const words = new Set(wordsOf(name));
  return sanctioned.some((listed) => listed.every((word) => words.has(word)));
}

function wordsOf(name: string): string[] {
  const plain = name
    .normalize("NFKD")
    .replace(/\p{Mark}/gu, "")
    .toLowerCase();
  return plain.split(/[^\p{Letter}\p{Number}]+/u).filter((word) => word !== "" && !NOISE.has(word));
}
