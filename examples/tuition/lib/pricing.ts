import { type Money, money } from "./money.ts";
import { convert, formatRate, inverseOf, parseRate, withMargin } from "./rate.ts";

/** What the company keeps of the rate, in hundredths of a percent. */
const MARGIN_BPS = 60;
/** What it charges on top, in hundredths of a percent of the converted amount. */
const FEE_BPS = 50;

/** What a payer is asked for so that the school gets exactly what it invoiced. */
export interface Price {
  /** What the school gets. */
  readonly target: Money;
  /** What is converted, in the payer's currency. */
  readonly source: Money;
  readonly fee: Money;
  /** What the payer pays: source and fee. */
  readonly total: Money;
  /** Units of the target currency that one unit of the source currency buys, margin taken. */
  readonly rate: string;
}

/**
 * The price of a school's invoice in another currency. Every rounding is up, towards the payer: the company never pays
 * out more than it took.
 * @param midRate Units of the target currency for one unit of `currency`, as the market has it.
 */
export function priceOf(target: Money, currency: string, midRate: string): Price {
  const free = currency === target.currency;
  const rate = free ? "1" : formatRate(withMargin(parseRate(midRate), MARGIN_BPS));
  const source = convert(target, inverseOf(parseRate(rate)), currency, "up");
  const fee = money(currency, (BigInt(source.minor) * BigInt(FEE_BPS) + 9_999n) / 10_000n);
  return { target, source, fee, total: money(currency, source.minor + fee.minor), rate };
}
