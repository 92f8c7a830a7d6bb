import type { Attributes, AttributeValue } from "../../telemetry/records.ts";
import type { IntakeLimits } from "./limits.ts";
import { cutText } from "./text.ts";

/** Attributes as they are gathered, within the limits. */
export interface AttributeBag {
  readonly values: Record<string, AttributeValue>;
  count: number;
  /** How many were left out. */
  leftOut: number;
}

export function createBag(): AttributeBag {
  return { values: {}, count: 0, leftOut: 0 };
}

/** Adds one; of two with the same key the later one counts. What has no place is left out and counted. */
export function putAttribute(bag: AttributeBag, key: string, value: AttributeValue, limits: IntakeLimits): void {
  // An object's prototype is no attribute: it would change what the object is.
  if (key === "" || key === "__proto__" || bag.count >= limits.attributesMax) {
    bag.leftOut += 1;
    return;
  }
  bag.count += 1;
  bag.values[cutText(key, limits.nameCharsMax)] =
    typeof value === "string" ? cutText(value, limits.valueCharsMax) : value;
}

/** What OpenTelemetry writes where a format has no place for such counts. */
export type LeftOut = "attributes" | "events" | "links";

/** Says on the record itself how many of something it lost, here or at its sender. */
export function noteLeftOut(bag: AttributeBag, what: LeftOut, count: number): void {
  if (count > 0) bag.values[`otel.dropped_${what}_count`] = count;
}

/** The attributes, with the count of those left out. */
export function attributesOf(bag: AttributeBag, leftOutBefore = 0): Attributes {
  noteLeftOut(bag, "attributes", bag.leftOut + leftOutBefore);
  return bag.values;
}
