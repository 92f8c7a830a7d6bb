import type { DatabaseSync } from "node:sqlite";
import { openDatabase, transaction } from "./database.ts";
import {
  currencyOf,
  type EntryDraft,
  imbalanceOf,
  kindOf,
  OWED_KINDS,
  type Posting,
  sameEntry,
} from "./ledger-entry.ts";

export interface StoredEntry extends EntryDraft {
  /** Grows by one with each entry. */
  readonly id: number;
  readonly postedMs: number;
}

export type PostResult =
  | { readonly kind: "posted"; readonly entry: StoredEntry }
  | { readonly kind: "unbalanced"; readonly net: Readonly<Record<string, string>> }
  | { readonly kind: "overdrawn"; readonly account: string }
  | { readonly kind: "referenceTaken" };

export interface AccountTotals {
  readonly account: string;
  /** Exact: sums outgrow safe integers. */
  readonly debit: bigint;
  readonly credit: bigint;
}

export interface LedgerStore {
  /** Adds an entry, or finds the one that its reference already has. Durable when it returns. */
  readonly post: (draft: EntryDraft, nowMs: number) => PostResult;
  readonly byReference: (reference: string) => StoredEntry | undefined;
  /** Entries after an id, in order. */
  readonly after: (id: number, limit: number) => StoredEntry[];
  /** The ids of the first entry still kept and of the last; null and 0 without any. */
  readonly bounds: () => { readonly oldest: number | null; readonly last: number };
  readonly totals: () => AccountTotals[];
  readonly close: () => void;
}

export interface LedgerStoreOptions {
  /** Default "ledger.db"; ":memory:" for tests. */
  readonly file?: string;
  /**
   * Entries kept to be read, with their references; default 100 000, about 40 MB. The accounts hold the sums of all
   * entries ever posted. A real ledger would archive what this one deletes.
   */
  readonly entriesMax?: number;
}

// STRICT: a sum beyond 64 bits is an error and never a rounded number.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL UNIQUE,
    memo TEXT NOT NULL,
    postings TEXT NOT NULL,
    posted_ms INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS accounts (
    account TEXT PRIMARY KEY,
    debit INTEGER NOT NULL,
    credit INTEGER NOT NULL
  ) STRICT;
`;

const PRUNE_EVERY = 1_000;

/** Opens the books. */
export function openLedgerStore({ file = "ledger.db", entriesMax = 100_000 }: LedgerStoreOptions = {}): LedgerStore {
  const database = openDatabase({ file, schema: SCHEMA, durability: "power-loss" });
  const sql = statementsOf(database);

  const byReference = (reference: string) => {
    const row = sql.byReference.get(reference);
    return row && entryOf(row);
  };
  const add = (draft: EntryDraft, nowMs: number): PostResult => {
    const existing = byReference(draft.reference);
    if (existing) return sameEntry(existing, draft) ? { kind: "posted", entry: existing } : { kind: "referenceTaken" };
    for (const { account, minor } of draft.postings) {
      sql.move.run(account, Math.max(minor, 0), Math.max(-minor, 0));
    }
    for (const { account } of draft.postings) {
      if (isOwed(account) && BigInt(sql.balance.get(account)?.["balance"] as bigint) > 0n) throw new Overdrawn(account);
    }
    const { lastInsertRowid } = sql.insert.run(draft.reference, draft.memo, JSON.stringify(draft.postings), nowMs);
    const id = Number(lastInsertRowid);
    if (id % PRUNE_EVERY === 0) sql.prune.run(id - entriesMax);
    return { kind: "posted", entry: { ...draft, id, postedMs: nowMs } };
  };

  return {
    byReference,
    post(draft, nowMs) {
      const net = imbalanceOf(draft.postings);
      if (Object.keys(net).length > 0) return { kind: "unbalanced", net };
      try {
        return transaction(database, () => add(draft, nowMs));
      } catch (error) {
        if (error instanceof Overdrawn) return { kind: "overdrawn", account: error.account };
        throw error;
      }
    },
    after: (id, limit) => sql.after.all(id, limit).map(entryOf),
    bounds() {
      const row = sql.bounds.get();
      const oldest = row?.["oldest"];
      return {
        oldest: oldest === null || oldest === undefined ? null : Number(oldest),
        last: Number(row?.["last"] ?? 0),
      };
    },
    totals: () =>
      sql.totals.all().map((row) => ({
        account: String(row["account"]),
        debit: row["debit"] as bigint,
        credit: row["credit"] as bigint,
      })),
    close: () => database.close(),
  };
}

/** Leaves a transaction so that it is rolled back; never leaves this file. */
class Overdrawn extends Error {
  readonly account: string;

  constructor(account: string) {
    super(`${account} would be overdrawn`);
    this.account = account;
  }
}

function statementsOf(database: DatabaseSync) {
  const totals = database.prepare("SELECT account, debit, credit FROM accounts ORDER BY account");
  const balance = database.prepare("SELECT debit - credit AS balance FROM accounts WHERE account = ?");
  for (const statement of [totals, balance]) statement.setReadBigInts(true);
  return {
    totals,
    balance,
    byReference: database.prepare("SELECT * FROM entries WHERE reference = ?"),
    after: database.prepare("SELECT * FROM entries WHERE id > ? ORDER BY id LIMIT ?"),
    bounds: database.prepare("SELECT min(id) AS oldest, max(id) AS last FROM entries"),
    insert: database.prepare("INSERT INTO entries (reference, memo, postings, posted_ms) VALUES (?, ?, ?, ?)"),
    move: database.prepare(`
      INSERT INTO accounts (account, debit, credit) VALUES (?, ?, ?)
      ON CONFLICT (account) DO UPDATE SET debit = debit + excluded.debit, credit = credit + excluded.credit`),
    prune: database.prepare("DELETE FROM entries WHERE id <= ?"),
  };
}

type Row = Record<string, unknown>;

function entryOf(row: Row): StoredEntry {
  return {
    id: Number(row["id"]),
    reference: String(row["reference"]),
    memo: String(row["memo"]),
    postings: JSON.parse(String(row["postings"])) as Posting[],
    postedMs: Number(row["posted_ms"]),
  };
}

function isOwed(account: string): boolean {
  return (OWED_KINDS as readonly string[]).includes(kindOf(account));
}

/** Debits and credits of each currency, sorted. */
export function trialBalanceOf(
  totals: readonly AccountTotals[],
): { currency: string; debit: bigint; credit: bigint }[] {
  const sums = new Map<string, { debit: bigint; credit: bigint }>();
  for (const { account, debit, credit } of totals) {
    const sum = sums.get(currencyOf(account)) ?? { debit: 0n, credit: 0n };
    sums.set(currencyOf(account), { debit: sum.debit + debit, credit: sum.credit + credit });
  }
  return [...sums].map(([currency, sum]) => ({ currency, ...sum })).sort((a, b) => (a.currency < b.currency ? -1 : 1));
}
