import type { DatabaseSync } from "node:sqlite";
import { openDatabase, transaction } from "./database.ts";
import type { Payment } from "./payment.ts";
import type { PaymentState } from "./payment-machine.ts";

/** News of a payment that somebody must still be told. */
export interface News {
  readonly paymentId: string;
  readonly state: PaymentState;
  readonly studentId: string;
  readonly attempts: number;
}

export interface PaymentStore {
  /** Adds a payment, or finds the one with its id. Durable when it returns. */
  readonly add: (payment: Payment, nowMs: number) => Payment;
  readonly get: (id: string) => Payment | undefined;
  /** Replaces a payment; a change of state becomes news in the same transaction. Durable when it returns. */
  readonly save: (payment: Payment, nowMs: number) => void;
  /** Payments whose time has come, the longest due first. */
  readonly due: (nowMs: number, limit: number) => Payment[];
  readonly changesAfter: (change: number, limit: number) => { readonly payment: Payment; readonly change: number }[];
  readonly unfinished: () => number;
  readonly dueNews: (nowMs: number, limit: number) => News[];
  readonly dropNews: (news: News) => void;
  readonly postponeNews: (news: News, dueMs: number) => void;
  readonly close: () => void;
}

export interface PaymentStoreOptions {
  /** Default "payments.db"; ":memory:" for tests. */
  readonly file?: string;
  /** Payments kept, unfinished ones aside; default 30 000, about 40 MB. Fewer than the ledger has entries for. */
  readonly paymentsMax?: number;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS payments (
    id TEXT PRIMARY KEY,
    change INTEGER NOT NULL UNIQUE,
    due_ms INTEGER,
    json TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS payments_due ON payments (due_ms) WHERE due_ms IS NOT NULL;
  CREATE TABLE IF NOT EXISTS news (
    payment_id TEXT NOT NULL,
    state TEXT NOT NULL,
    student_id TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    due_ms INTEGER NOT NULL,
    PRIMARY KEY (payment_id, state)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS news_due ON news (due_ms);
`;

/** What is worth a message to the student. */
const NEWSWORTHY: readonly PaymentState[] = ["screened", "paidOut", "refunded", "cancelled"];
const PRUNE_EVERY = 500;

/** Opens the payments. */
export function openPaymentStore({
  file = "payments.db",
  paymentsMax = 30_000,
}: PaymentStoreOptions = {}): PaymentStore {
  const database = openDatabase({ file, schema: SCHEMA, durability: "power-loss" });
  const sql = statementsOf(database);

  const get = (id: string) => {
    const row = sql.get.get(id);
    return row && paymentOf(row);
  };
  const write = (payment: Payment, previous: Payment | undefined, nowMs: number) => {
    const change = Number(sql.lastChange.get()?.["change"] ?? 0) + 1;
    sql.put.run(payment.id, change, payment.dueMs, JSON.stringify(payment));
    if (payment.state !== previous?.state && NEWSWORTHY.includes(payment.state)) {
      sql.addNews.run(payment.id, payment.state, payment.studentId, nowMs);
    }
    if (change % PRUNE_EVERY === 0) sql.prune.run(paymentsMax);
  };

  return {
    get,
    add: (payment, nowMs) =>
      transaction(database, () => {
        const existing = get(payment.id);
        if (existing) return existing;
        write(payment, undefined, nowMs);
        return payment;
      }),
    save: (payment, nowMs) => transaction(database, () => write(payment, get(payment.id), nowMs)),
    due: (nowMs, limit) => sql.due.all(nowMs, limit).map(paymentOf),
    changesAfter: (change, limit) =>
      sql.changes.all(change, limit).map((row) => ({ payment: paymentOf(row), change: Number(row["change"]) })),
    unfinished: () => Number(sql.unfinished.get()?.["count"]),
    dueNews: (nowMs, limit) => sql.dueNews.all(nowMs, limit).map(newsOf),
    dropNews: ({ paymentId, state }) => void sql.dropNews.run(paymentId, state),
    postponeNews: ({ paymentId, state }, dueMs) => void sql.postponeNews.run(dueMs, paymentId, state),
    close: () => database.close(),
  };
}

function statementsOf(database: DatabaseSync) {
  return {
    get: database.prepare("SELECT json FROM payments WHERE id = ?"),
    lastChange: database.prepare("SELECT max(change) AS change FROM payments"),
    put: database.prepare("INSERT OR REPLACE INTO payments (id, change, due_ms, json) VALUES (?, ?, ?, ?)"),
    due: database.prepare("SELECT json FROM payments WHERE due_ms <= ? ORDER BY due_ms LIMIT ?"),
    changes: database.prepare("SELECT change, json FROM payments WHERE change > ? ORDER BY change LIMIT ?"),
    unfinished: database.prepare("SELECT count(*) AS count FROM payments WHERE due_ms IS NOT NULL"),
    prune: database.prepare(`
      DELETE FROM payments WHERE due_ms IS NULL AND change <=
        (SELECT change FROM payments ORDER BY change DESC LIMIT 1 OFFSET ?)`),
    addNews: database.prepare("INSERT OR IGNORE INTO news VALUES (?, ?, ?, 0, ?)"),
    dueNews: database.prepare("SELECT * FROM news WHERE due_ms <= ? ORDER BY due_ms LIMIT ?"),
    dropNews: database.prepare("DELETE FROM news WHERE payment_id = ? AND state = ?"),
    postponeNews: database.prepare(
      "UPDATE news SET attempts = attempts + 1, due_ms = ? WHERE payment_id = ? AND state = ?",
    ),
  };
}

type Row = Record<string, unknown>;

function paymentOf(row: Row): Payment {
  return JSON.parse(String(row["json"])) as Payment;
}

function newsOf(row: Row): News {
  return {
    paymentId: String(row["payment_id"]),
    state: String(row["state"]) as PaymentState,
    studentId: String(row["student_id"]),
    attempts: Number(row["attempts"]),
  };
}
