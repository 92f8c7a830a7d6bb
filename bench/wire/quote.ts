/** What every side sends and gets back: about 100 bytes of JSON. */
export interface Quote {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly cents: number;
  readonly notes: string[];
}

/** What a provider adds, so that a reply is not just its request. */
export const FEE_CENTS = 250;

/** The work of every provider: next to none. */
export function priced({ id, from, to, cents, notes }: Quote): Quote {
  return { id, from, to, cents: cents + FEE_CENTS, notes };
}

const NOTE = "paid in two parts, the second by Friday";

/** A quote whose JSON has about so many bytes, 100 at least; and no more of them: a mebibyte is what a body may have. */
export function quoteOf(bytes: number): Quote {
  const quote = { id: "q-100042", from: "USD", to: "EUR", cents: 125_000, notes: [] as string[] };
  while (JSON.stringify(quote).length < Math.min(bytes, 4_096)) quote.notes.push(NOTE);
  const notes = Math.floor((bytes - JSON.stringify(quote).length) / (NOTE.length + 3));
  for (let index = 0; index < notes; index += 1) quote.notes.push(NOTE);
  return quote;
}
