import type { ServiceLine } from "./service-rows.ts";

/** What each sortable column goes by; null last, whatever the direction. */
const KEYS: Readonly<Record<string, (line: ServiceLine) => number | string | null>> = {
  Service: ({ status }) => status.service,
  State: ({ state, troubled }) => `${troubled ? 0 : 1}${state === "ready" ? 1 : 0}${state}`,
  Ready: ({ status }) => (status.instances === 0 ? 0 : status.ready / status.instances),
  "Req/s": ({ status }) => status.requestsPerSecond,
  Errors: ({ status }) => status.errorRatio,
  p50: ({ status }) => status.p50Ms,
  p99: ({ status }) => status.p99Ms,
  Restarts: ({ restarts }) => restarts,
  Up: ({ upSinceMs }) => (upSinceMs === undefined ? null : -upSinceMs),
};

export const SORT_COLUMNS: readonly string[] = Object.keys(KEYS);
const ORDER_BY_NAME = "Service";

export interface ServiceOrder {
  readonly by: string;
  readonly descending: boolean;
}

/** As a URL has it: "p99" ascending, "-p99" descending; by name when it names no column. */
export function orderOf(text: string | undefined): ServiceOrder {
  const descending = text?.startsWith("-") ?? false;
  const by = descending ? text?.slice(1) : text;
  return by !== undefined && SORT_COLUMNS.includes(by) ? { by, descending } : { by: ORDER_BY_NAME, descending: false };
}

/** After a click on a column's head: names grow, numbers begin with the largest, a second click turns round. */
export function orderAfterClick(order: ServiceOrder, column: string): string | undefined {
  const beginsDescending = column !== "Service" && column !== "State" && column !== "Ready";
  const descending = order.by === column ? !order.descending : beginsDescending;
  if (column === ORDER_BY_NAME && !descending) return undefined;
  return descending ? `-${column}` : column;
}

/** Sorted by a column; equal ones keep the order of their names. */
export function ordered(lines: readonly ServiceLine[], { by, descending }: ServiceOrder): readonly ServiceLine[] {
  const keyOf = KEYS[by];
  if (!keyOf || (by === ORDER_BY_NAME && !descending)) return lines;
  const sign = descending ? -1 : 1;
  return lines
    .map((line) => ({ line, key: keyOf(line) }))
    .sort((left, right) => {
      if (left.key === null || right.key === null) return Number(left.key === null) - Number(right.key === null);
      return left.key < right.key ? -sign : left.key > right.key ? sign : 0;
    })
    .map(({ line }) => line);
}
