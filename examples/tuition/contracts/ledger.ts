import { contract, get, link, post } from "shoal";
import { z } from "zod";
import { isAccount, POSTINGS_MAX } from "../lib/ledger-entry.ts";
import { Currency } from "./money.ts";

/** A whole number as text: sums outgrow what a JSON number can hold exactly. */
const Total = z.string().regex(/^-?\d{1,30}$/);

const Reference = z.string().min(1).max(200);

const Posting = z.object({
  account: z.string().max(40).refine(isAccount, "must be KIND:CURRENCY"),
  /** Minor units: a debit is positive, a credit negative. */
  minor: z.int(),
});

const NewEntry = z.object({
  reference: Reference,
  memo: z.string().max(200),
  postings: z.array(Posting).min(2).max(POSTINGS_MAX),
});

const Entry = NewEntry.extend({ id: z.int(), postedAt: z.iso.datetime() });

/** Who owes what to whom: double entry, in every currency. */
export const ledger = contract("ledger", {
  postEntry: post("/entries", {
    body: NewEntry,
    returns: Entry,
    errors: {
      unbalanced: { status: 422, details: z.object({ net: z.record(z.string(), Total) }) },
      overdrawn: { status: 422, details: z.object({ account: z.string() }) },
      referenceTaken: { status: 409, details: z.object({ reference: Reference }) },
    },
    idempotent: true,
    status: 201,
    summary: "Add an entry; asking again with its reference gives it back",
  }),
  getEntry: get("/entries/:reference", {
    params: z.object({ reference: Reference }),
    returns: Entry,
    errors: { entryUnknown: 404 },
  }),
  listEntries: get("/entries", {
    query: z.object({ after: z.int().min(0).default(0), limit: z.int().min(1).max(1_000).default(100) }),
    returns: z.object({ entries: z.array(Entry), oldest: z.int().nullable() }),
    summary: "Entries in their order, after an id",
  }),
  listAccounts: get("/accounts", {
    returns: z.array(
      z.object({ account: z.string(), currency: Currency, debit: Total, credit: Total, balance: Total }),
    ),
    summary: "Every account with its balance",
  }),
  getTrialBalance: get("/trial-balance", {
    returns: z.object({
      balanced: z.boolean(),
      /** Id of the last entry in it: entries are numbered from 1 without a gap. */
      lastEntry: z.int(),
      currencies: z.array(z.object({ currency: Currency, debit: Total, credit: Total, net: Total })),
    }),
    summary: "Debits and credits of each currency, which must be equal",
  }),
});

export const entryLink = link(ledger.operations.getEntry);
