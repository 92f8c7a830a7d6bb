import { currencyOf, type EntryDraft } from "./ledger-entry.ts";

/** The ledger's own sums, as text because they outgrow safe integers. */
export interface TrialBalance {
  readonly lastEntry: number;
  readonly currencies: readonly { readonly currency: string; readonly debit: string; readonly credit: string }[];
}

/** Adds up entries on its own, to be compared with what the ledger says its sums are. */
export interface LedgerTally {
  /** Returns the ids that were left out between the entry before and this one. */
  readonly add: (entry: EntryDraft & { readonly id: number }) => string[];
  /** Where the ledger's sums are not those of its entries, or debits not credits. */
  readonly compare: (trial: TrialBalance) => { readonly subject: string; readonly detail: string }[];
  readonly count: () => number;
}

interface Sums {
  debit: bigint;
  credit: bigint;
}

/** The sums start at nothing or, when the ledger no longer has its first entries, at what those must have been. */
export function createLedgerTally(): LedgerTally {
  const seen = new Map<string, Sums>();
  let before: Map<string, Sums> | undefined;
  let lastId: number | undefined;
  let fromStart = true;
  let count = 0;

  const sumsOf = (sums: Map<string, Sums> | undefined, currency: string) =>
    sums?.get(currency) ?? { debit: 0n, credit: 0n };

  return {
    add({ id, postings }) {
      const gaps = lastId !== undefined && id !== lastId + 1 ? [`${lastId + 1} to ${id - 1}`] : [];
      if (lastId === undefined) fromStart = id === 1;
      lastId = id;
      count += 1;
      for (const { account, minor } of postings) {
        const { debit, credit } = sumsOf(seen, currencyOf(account));
        const amount = BigInt(minor);
        const next = minor > 0 ? { debit: debit + amount, credit } : { debit, credit: credit - amount };
        seen.set(currencyOf(account), next);
      }
      return gaps;
    },
    compare({ currencies }) {
      before ??= fromStart ? new Map() : differences(currencies, seen);
      return currencies.flatMap(({ currency, debit, credit }) => {
        const base = sumsOf(before, currency);
        const own = sumsOf(seen, currency);
        const found: { subject: string; detail: string }[] = [];
        if (debit !== credit) found.push({ subject: currency, detail: `debits are ${debit}, credits ${credit}` });
        if (BigInt(debit) !== base.debit + own.debit || BigInt(credit) !== base.credit + own.credit) {
          const detail = `accounts say ${debit}/${credit}, entries ${base.debit + own.debit}/${base.credit + own.credit}`;
          found.push({ subject: currency, detail });
        }
        return found;
      });
    },
    count: () => count,
  };
}

function differences(currencies: TrialBalance["currencies"], seen: Map<string, Sums>): Map<string, Sums> {
  return new Map(
    currencies.map(({ currency, debit, credit }) => {
      const own = seen.get(currency) ?? { debit: 0n, credit: 0n };
      return [currency, { debit: BigInt(debit) - own.debit, credit: BigInt(credit) - own.credit }];
    }),
  );
}
