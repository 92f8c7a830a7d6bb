import { isCurrency } from "./currency.ts";

/** One side of a journal entry: positive minor units are a debit, negative ones a credit. */
export interface Posting {
  /** "kind:CURRENCY", such as "customer:INR". */
  readonly account: string;
  readonly minor: number;
}

/** What happened, once and for ever: entries are added, never changed. */
export interface EntryDraft {
  /** Who asks twice with the same reference gets the first entry again. */
  readonly reference: string;
  readonly memo: string;
  readonly postings: readonly Posting[];
}

/**
 * The kinds of accounts, and which side they normally stand on:
 * - `bank`: our money at banks; `customer`: what we owe payers; `payable`: what we owe schools;
 * - `position`: what we hold or lack of a currency through conversions; `fees`: what we earned.
 */
export const ACCOUNT_KINDS = ["bank", "customer", "payable", "position", "fees"] as const;
export type AccountKind = (typeof ACCOUNT_KINDS)[number];

/** Debts to others: we cannot owe them less than nothing, so these never stand on the debit side. */
export const OWED_KINDS: readonly AccountKind[] = ["customer", "payable"];

export const POSTINGS_MAX = 20;

export function accountOf(kind: AccountKind, currency: string): string {
  return `${kind}:${currency}`;
}

export function currencyOf(account: string): string {
  return account.slice(account.indexOf(":") + 1);
}

export function kindOf(account: string): string {
  return account.slice(0, account.indexOf(":"));
}

export function isAccount(account: string): boolean {
  return (ACCOUNT_KINDS as readonly string[]).includes(kindOf(account)) && isCurrency(currencyOf(account));
}

/** Net of the postings by currency, without those that are zero: empty for an entry that balances. */
export function imbalanceOf(postings: readonly Posting[]): Record<string, string> {
  const net = new Map<string, bigint>();
  for (const { account, minor } of postings) {
    const currency = currencyOf(account);
    net.set(currency, (net.get(currency) ?? 0n) + BigInt(minor));
  }
  return Object.fromEntries([...net].filter(([, sum]) => sum !== 0n).map(([currency, sum]) => [currency, String(sum)]));
}

/** True when two drafts of one reference say the same: then the second is a repetition and no conflict. */
export function sameEntry(left: EntryDraft, right: EntryDraft): boolean {
  return canonical(left) === canonical(right);
}

function canonical({ memo, postings }: EntryDraft): string {
  return JSON.stringify([memo, postings.map(({ account, minor }) => [account, minor])]);
}
