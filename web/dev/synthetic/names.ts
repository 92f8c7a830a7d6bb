import type { Random } from "./random.ts";

export interface SyntheticOperation {
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
}

const FIRST = [
  "order",
  "quote",
  "user",
  "payment",
  "invoice",
  "stock",
  "price",
  "search",
  "mail",
  "report",
  "course",
  "exam",
];
const FIRST_MORE = [
  "grade",
  "room",
  "tenant",
  "audit",
  "media",
  "token",
  "ledger",
  "refund",
  "coupon",
  "review",
  "geo",
  "feed",
];
const SECOND = [
  "gateway",
  "api",
  "service",
  "worker",
  "store",
  "index",
  "proxy",
  "sync",
  "cache",
  "engine",
  "planner",
  "scorer",
];

/** What real fleets have, and what breaks tables: long, foreign, and with characters of markup. */
const ODD = [
  "legacy-billing-reconciliation-and-settlement-adapter-for-the-northern-european-region-v2",
  "größenrechner",
  "发票服务",
  "a",
];

export function serviceNames(random: Random, count: number): readonly string[] {
  const first = [...FIRST, ...FIRST_MORE];
  const names = new Set<string>();
  for (let index = 0; names.size < count; index += 1) {
    const odd = index % 60 === 7 ? ODD[Math.floor(index / 60)] : undefined;
    const plain = `${random.pick(first)}-${random.pick(SECOND)}`;
    names.add(odd ?? (names.has(plain) ? `${plain}-${index}` : plain));
  }
  return [...names];
}

export function operationsOf(service: string, random: Random): readonly SyntheticOperation[] {
  const noun = /^[a-z]+/.exec(service)?.[0] ?? "thing";
  const all: SyntheticOperation[] = [
    { operation: `get_${noun}`, method: "GET", path: `/${noun}s/:id`, summary: `One ${noun} by its id` },
    { operation: `list_${noun}s`, method: "GET", path: `/${noun}s`, summary: `All ${noun}s, newest first` },
    { operation: `create_${noun}`, method: "POST", path: `/${noun}s`, summary: `Makes a ${noun}` },
    { operation: `change_${noun}`, method: "PUT", path: `/${noun}s/:id`, summary: "" },
    { operation: `remove_${noun}`, method: "DELETE", path: `/${noun}s/:id`, summary: "" },
    { operation: `count_${noun}s`, method: "GET", path: `/${noun}s/count`, summary: "How many there are" },
  ];
  return all.slice(0, random.integer(2, all.length));
}
