import { type EntryDraft, imbalanceOf, sameEntry } from "./ledger-entry.ts";
import { createLedgerTally, type TrialBalance } from "./ledger-tally.ts";
import { entryOf, type MoneyStep, type PaymentAmounts, STEPS_BEHIND } from "./payment-entries.ts";
import { isFinal, type PaymentState } from "./payment-machine.ts";

export interface AuditedEntry extends EntryDraft {
  readonly id: number;
  readonly postedAt: string;
}

export interface AuditedPayment extends PaymentAmounts {
  readonly state: PaymentState;
}

/** Something that must never be. */
interface Finding {
  readonly kind: string;
  readonly subject: string;
  readonly detail: string;
}

export interface Auditor {
  /** Payments as they are now, read before the entries of the same check. */
  readonly payments: (changed: readonly AuditedPayment[]) => void;
  /** The next entries of the ledger, without a gap. */
  readonly entries: (next: readonly AuditedEntry[]) => void;
  /** The end of a check: all entries up to the trial balance's last have been seen. */
  readonly conclude: (trial: TrialBalance) => void;
  /** All findings so far; a finding stays. */
  readonly findings: () => readonly Finding[];
  readonly counted: () => { readonly entries: number; readonly payments: number };
}

/** More findings than this are not kept: the first ones tell the story. */
const FINDINGS_MAX = 100;
/** Payments that have ended, remembered to catch an entry that comes too late. */
const CLOSED_MAX = 20_000;
/** An entry may be seen before its payment is, but not for as many checks. */
const ORPHAN_CHECKS = 5;

interface Journal {
  readonly entries: Map<string, EntryDraft>;
  /** Checks since the first entry was seen. */
  checks: number;
  /** Its first entry is from before the audit began: then the payment may be gone by rights. */
  readonly old: boolean;
}

/**
 * Checks the books against themselves and against the payments, from what both services say and nothing else:
 * every entry balances in every currency; no reference is used twice; the sums of all entries are those of the accounts;
 * a payment has exactly the entries that its state promises, to the cent; no entry is without a payment.
 * @param startedAt ISO time at which the audit began.
 */
export function createAuditor(startedAt: string): Auditor {
  const findings = new Map<string, Finding>();
  const journals = new Map<string, Journal>();
  const current = new Map<string, AuditedPayment>();
  const closed = new Set<string>();
  const tally = createLedgerTally();
  let payments = 0;

  const report = (kind: string, subject: string, detail: string) => {
    if (findings.size < FINDINGS_MAX) findings.set(`${kind} ${subject}`, { kind, subject, detail });
  };
  const file = (entry: AuditedEntry) => {
    const [paymentId = "", step = ""] = entry.reference.split(":");
    const journal = journals.get(paymentId) ?? { entries: new Map(), checks: 0, old: entry.postedAt < startedAt };
    if (journal.entries.has(step)) report("duplicate-reference", entry.reference, `entry ${entry.id} repeats it`);
    if (closed.has(paymentId)) report("late-entry", entry.reference, `entry ${entry.id} came after the payment ended`);
    journal.entries.set(step, entry);
    journals.set(paymentId, journal);
  };
  const close = (id: string) => {
    current.delete(id);
    journals.delete(id);
    closed.add(id);
    const [oldest] = closed;
    if (closed.size > CLOSED_MAX && oldest !== undefined) closed.delete(oldest);
  };
  const compare = (payment: AuditedPayment) => {
    const found = journals.get(payment.id)?.entries ?? new Map<string, EntryDraft>();
    const promised: readonly MoneyStep[] = STEPS_BEHIND[payment.state as keyof typeof STEPS_BEHIND] ?? [];
    for (const step of promised) {
      const entry = found.get(step);
      const expected = entryOf(payment, step);
      if (!entry)
        report("missing-entry", expected.reference, `the payment is ${payment.state}, the ledger does not know`);
      else if (!sameEntry(entry, expected)) report("wrong-amount", expected.reference, "entry and payment differ");
    }
    if (!isFinal(payment.state)) return;
    for (const step of found.keys()) {
      if (!promised.includes(step as MoneyStep))
        report("extra-entry", `${payment.id}:${step}`, `it is ${payment.state}`);
    }
    payments += 1;
    close(payment.id);
  };
  const age = (id: string, journal: Journal) => {
    journal.checks += 1;
    if (journal.checks < ORPHAN_CHECKS || current.has(id)) return;
    journals.delete(id);
    if (!journal.old)
      report("orphan-entry", id, `entries without a payment: ${[...journal.entries.keys()].join(", ")}`);
  };

  return {
    payments(changed) {
      for (const payment of changed) current.set(payment.id, payment);
    },
    entries(next) {
      for (const entry of next) {
        for (const [currency, net] of Object.entries(imbalanceOf(entry.postings))) {
          report("unbalanced-entry", entry.reference, `${currency} is out by ${net}`);
        }
        for (const gap of tally.add(entry)) report("missing-entry", gap, "the ledger's numbering has a gap");
        file(entry);
      }
    },
    conclude(trial) {
      for (const { subject, detail } of tally.compare(trial)) report("wrong-sum", subject, detail);
      for (const payment of [...current.values()]) compare(payment);
      for (const [id, journal] of [...journals]) age(id, journal);
    },
    findings: () => [...findings.values()],
    counted: () => ({ entries: tally.count(), payments }),
  };
}
