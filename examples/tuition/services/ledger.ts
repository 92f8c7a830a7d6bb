import { serve } from "shoal";
import { ledger } from "../contracts/ledger.ts";
import { ON_DISK } from "../lib/database.ts";
import { currencyOf, type EntryDraft } from "../lib/ledger-entry.ts";
import { openLedgerStore, type PostResult, type StoredEntry, trialBalanceOf } from "../lib/ledger-store.ts";

export default serve(
  ledger,
  ({ onClose }) => {
    const books = openLedgerStore();
    onClose(books.close);
    return {
      postEntry({ body }) {
        return view(postedOf(body, books.post(body, Date.now())));
      },
      getEntry({ params }) {
        const entry = books.byReference(params.reference);
        if (!entry) throw ledger.errors.entryUnknown({ reference: params.reference });
        return view(entry);
      },
      listEntries({ query }) {
        return { entries: books.after(query.after, query.limit).map(view), oldest: books.bounds().oldest };
      },
      listAccounts() {
        return books.totals().map(({ account, debit, credit }) => ({
          account,
          currency: currencyOf(account),
          debit: String(debit),
          credit: String(credit),
          balance: String(debit - credit),
        }));
      },
      getTrialBalance() {
        const currencies = trialBalanceOf(books.totals()).map(({ currency, debit, credit }) => ({
          currency,
          debit: String(debit),
          credit: String(credit),
          net: String(debit - credit),
        }));
        return { balanced: currencies.every(({ net }) => net === "0"), lastEntry: books.bounds().last, currencies };
      },
    };
  },
  ON_DISK,
);

function postedOf({ reference }: EntryDraft, result: PostResult): StoredEntry {
  switch (result.kind) {
    case "posted":
      return result.entry;
    case "unbalanced":
      throw ledger.errors.unbalanced({ net: result.net });
    case "overdrawn":
      throw ledger.errors.overdrawn({ account: result.account });
    case "referenceTaken":
      throw ledger.errors.referenceTaken({ reference });
    default:
      return result satisfies never;
  }
}

function view({ postedMs, ...entry }: StoredEntry) {
  return { ...entry, postings: [...entry.postings], postedAt: new Date(postedMs).toISOString() };
}
