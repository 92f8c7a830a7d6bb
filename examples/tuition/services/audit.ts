import { serve, use } from "shoal";
import { audit } from "../contracts/audit.ts";
import { ledger } from "../contracts/ledger.ts";
import { payments } from "../contracts/payments.ts";
import { createAuditor } from "../lib/auditor.ts";
import { every } from "../lib/every.ts";

const CHECK_MS = 1_000;
const PAGE = 500;
/** Pages read in one check; what is left is read in the next. */
const PAGES_MAX = 20;

/** Reads ledger and payments from their beginning and then follows them: an audit believes nothing it has not seen. */
export default serve(audit, ({ signal }) => {
  const books = use(ledger);
  const desk = use(payments);
  const auditor = createAuditor(new Date().toISOString());
  let lastChange = 0;
  let lastEntry = 0;
  let unfinished = 0;
  let checkedAt: string | null = null;
  let told: boolean | undefined;
  let unreachable: string | null = null;

  /** True when all payments have been read. */
  const readPayments = async () => {
    for (let page = 0; page < PAGES_MAX; page += 1) {
      const changes = await desk.listChanges({ query: { after: lastChange, limit: PAGE } });
      auditor.payments(changes.payments);
      lastChange = changes.payments.at(-1)?.change ?? lastChange;
      unfinished = changes.unfinished;
      if (changes.payments.length < PAGE) return true;
    }
    return false;
  };
  /** True when all entries up to `last` have been read. */
  const readEntries = async (last: number) => {
    for (let page = 0; page < PAGES_MAX && lastEntry < last; page += 1) {
      const { entries } = await books.listEntries({ query: { after: lastEntry, limit: PAGE } });
      // What was posted after the trial balance was struck belongs to the next check.
      const due = entries.filter(({ id }) => id <= last);
      auditor.entries(due);
      lastEntry = due.at(-1)?.id ?? last;
    }
    return lastEntry >= last;
  };
  const check = async () => {
    // In this order: whatever state a payment has been seen in, its entries are in the ledger by now.
    const allPayments = await readPayments();
    const trial = await books.getTrialBalance();
    const allEntries = await readEntries(trial.lastEntry);
    unreachable = null;
    if (!allPayments || !allEntries) return;
    auditor.conclude(trial);
    checkedAt = new Date().toISOString();
    tell();
  };
  const tell = () => {
    const [problem] = auditor.findings();
    const balanced = problem === undefined;
    if (balanced === told) return;
    told = balanced;
    console.log(
      balanced
        ? "the books balance"
        : `THE BOOKS DO NOT BALANCE: ${problem.kind} ${problem.subject}, ${problem.detail}`,
    );
  };

  const failed = (error: unknown) => {
    unreachable = error instanceof Error ? error.message : String(error);
  };
  every(CHECK_MS, check, { signal, failed });

  return {
    getAudit() {
      const problems = [...auditor.findings()];
      return { balanced: problems.length === 0, checkedAt, ...auditor.counted(), unfinished, problems, unreachable };
    },
  };
});
