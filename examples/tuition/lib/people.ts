import type { Random } from "shoal";

const GIVEN =
  `Amara Bao Chidi Daniela Emre Farah Gustavo Hana Ines Jamal Keiko Leila Mateo Nadia Olga Priya Quentin Rania
  Santiago Thandiwe Ulrike Viktor Wanjiru Ximena Yusuf Zofia`.split(/\s+/);
const FAMILY =
  `Abebe Bianchi Castro Demir Eriksen Fofanah Gupta Hoang Ito Jovanovic Kowalski Laurent Mensah Novak Okafor
  Pereira Rahman Schmidt Tanaka Urbina Vasquez Weber Yamada Zhang`.split(/\s+/);

/** Where payers are, and what they pay in. */
const HOMES = [
  ["IN", "INR"],
  ["CN", "CNY"],
  ["NG", "NGN"],
  ["BR", "BRL"],
  ["VN", "VND"],
  ["KR", "KRW"],
  ["JP", "JPY"],
  ["KW", "KWD"],
  ["TR", "TRY"],
  ["MX", "MXN"],
  ["KE", "KES"],
  ["DE", "EUR"],
  ["US", "USD"],
  ["PK", "PKR"],
  ["ID", "IDR"],
] as const;

export interface Person {
  readonly name: string;
  readonly email: string;
  readonly country: string;
  /** What they pay in. */
  readonly currency: string;
}

/** Somebody who could be. */
export function somebody(random: Random): Person {
  const given = pick(GIVEN, random);
  const family = pick(FAMILY, random);
  const [country, currency] = pick(HOMES, random);
  const email = `${given}.${family}.${Math.floor(random() * 10_000)}@mail.example`.toLowerCase();
  return { name: `${given} ${family}`, email, country, currency };
}

/** One of a list that is not empty. */
export function pick<Value>(values: readonly Value[], random: Random): Value {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new RangeError("nothing to pick from");
  return value;
}
