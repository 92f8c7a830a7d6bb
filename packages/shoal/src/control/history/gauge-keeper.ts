import type { DatabaseSync } from "node:sqlite";
import type { GaugePoint } from "../intake/decoded.ts";
import type { WordKeeper } from "./words.ts";

/** One value is kept in each step of this width, in ms: the last one. */
const GAUGE_STEP_MS = 5_000;
/** Series of one instance: the rest is counted and left out. */
const OF_INSTANCE_MAX = 100;

export interface GaugeKeeper {
  /** Returns how many points were left out because there are too many series. */
  readonly add: (points: readonly GaugePoint[]) => number;
}

/** Writes values of gauges and counters. A delta is added up, so that both are read alike. */
export function createGaugeKeeper(
  database: DatabaseSync,
  run: number,
  words: WordKeeper,
  gaugesMax: number,
): GaugeKeeper {
  const insert = database.prepare(
    `INSERT INTO gauges (run, service, instance, name, unit, attributes) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET unit = excluded.unit RETURNING number`,
  );
  const put = database.prepare("INSERT OR REPLACE INTO gauge_points VALUES (?, ?, ?, ?)");
  const numbers = new Map<string, number>();
  const ofInstance = new Map<string, number>();
  const sums = new Map<number, number>();
  let count = Number(database.prepare("SELECT count(*) AS count FROM gauges").get()?.["count"] ?? 0);

  const numberOf = (point: GaugePoint): number | undefined => {
    const attributes = JSON.stringify(point.attributes);
    const key = JSON.stringify([point.service, point.instance, point.name, attributes]);
    const known = numbers.get(key);
    if (known !== undefined) return known;
    const instance = `${point.service} ${point.instance}`;
    const siblings = ofInstance.get(instance) ?? 0;
    if (count >= gaugesMax || siblings >= OF_INSTANCE_MAX) return undefined;
    const [service, ofWord, name] = [point.service, point.instance, point.name].map(words.wordOf);
    const row = insert.get(run, service ?? "", ofWord ?? "", name ?? "", point.unit, words.wordOf(attributes));
    const number = Number(row?.["number"]);
    numbers.set(key, number);
    ofInstance.set(instance, siblings + 1);
    count += 1;
    return number;
  };
  const accumulated = (point: GaugePoint, number: number): number => {
    if (point.kind !== "delta") return point.value;
    const sum = (sums.get(number) ?? 0) + point.value;
    sums.set(number, sum);
    return sum;
  };

  return {
    add(points) {
      let left = 0;
      for (const point of points) {
        const number = Number.isFinite(point.value) ? numberOf(point) : undefined;
        if (number === undefined) left += 1;
        else {
          const timeMs = Math.floor(point.timeMs / GAUGE_STEP_MS) * GAUGE_STEP_MS;
          put.run(number, GAUGE_STEP_MS, timeMs, accumulated(point, number));
        }
      }
      return left;
    },
  };
}
