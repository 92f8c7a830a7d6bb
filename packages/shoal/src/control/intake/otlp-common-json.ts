import {
  attributeValueOf,
  createPlainMap,
  ITEMS_MAX,
  type Plain,
  plainInteger,
  plainNumber,
  TOO_DEEP,
} from "./any-value.ts";
import { type AttributeBag, attributesOf, createBag, putAttribute } from "./attribute-bag.ts";
import type { Collector } from "./collector.ts";
import type { DecodedFrom } from "./decoded.ts";
import { countIn, isObject, type Json, objectIn, objectsIn, textIn } from "./json-fields.ts";
import type { IntakeLimits } from "./limits.ts";
import { senderOf } from "./sender.ts";
import { cutText } from "./text.ts";

/** What a request of one kind calls its groups, such as "resourceSpans", "scopeSpans" and "spans". */
export interface GroupNames {
  readonly groups: string;
  readonly libraries: string;
  readonly records: string;
}

/** Reads a request: each record with who sent it and by which library. */
export function readGroupsJson(
  document: Json,
  names: GroupNames,
  collector: Collector,
  record: (record: Json, from: DecodedFrom, scope: string) => void,
): void {
  const { limits } = collector;
  for (const group of objectsIn(document, names.groups)) {
    const resource = objectIn(group, "resource");
    const bag = readAttributesJson(resource, limits);
    const from = senderOf(attributesOf(bag, countIn(resource, "droppedAttributesCount")));
    for (const library of objectsIn(group, names.libraries)) {
      const scope = cutText(textIn(objectIn(library, "scope"), "name"), limits.nameCharsMax);
      for (const one of objectsIn(library, names.records)) {
        if (collector.begin()) record(one, from, scope);
      }
    }
  }
}

/** The `attributes` of a record. */
export function readAttributesJson(holder: Json, limits: IntakeLimits): AttributeBag {
  const bag = createBag();
  for (const attribute of objectsIn(holder, "attributes")) {
    const value = attributeValueOf(readAnyValueJson(attribute["value"], limits, 0), limits);
    putAttribute(bag, textIn(attribute, "key"), value, limits);
  }
  return bag;
}

/** An AnyValue in JSON; null when it is none. */
export function readAnyValueJson(value: unknown, limits: IntakeLimits, depth: number): Plain {
  if (!isObject(value)) return null;
  if (typeof value["stringValue"] === "string") return value["stringValue"];
  if (typeof value["boolValue"] === "boolean") return value["boolValue"];
  if (value["intValue"] !== undefined) return integerOf(value["intValue"]);
  if (value["doubleValue"] !== undefined) return doubleOf(value["doubleValue"]);
  if (typeof value["bytesValue"] === "string") return value["bytesValue"];
  if (isObject(value["arrayValue"])) return listOf(value["arrayValue"], limits, depth);
  return isObject(value["kvlistValue"]) ? mapOf(value["kvlistValue"], limits, depth) : null;
}

function listOf(value: Json, limits: IntakeLimits, depth: number): Plain {
  if (depth >= limits.nestingMax) return TOO_DEEP;
  const values = value["values"];
  if (!Array.isArray(values)) return [];
  return values.slice(0, ITEMS_MAX).map((item) => readAnyValueJson(item, limits, depth + 1));
}

function mapOf(value: Json, limits: IntakeLimits, depth: number): Plain {
  if (depth >= limits.nestingMax) return TOO_DEEP;
  const map = createPlainMap();
  for (const pair of objectsIn(value, "values").slice(0, ITEMS_MAX)) {
    map[textIn(pair, "key")] = readAnyValueJson(pair["value"], limits, depth + 1);
  }
  return map;
}

/** A string of digits, or a number, which past 2^53 has lost some; past 2^63 it was none of an integer's. */
function integerOf(value: unknown): Plain {
  if (typeof value === "number" && !(Number.isInteger(value) && Math.abs(value) <= 2 ** 63)) return plainNumber(value);
  const text = typeof value === "number" ? BigInt(value).toString() : value;
  if (typeof text !== "string" || !/^-?\d{1,19}$/.test(text)) return null;
  const number = Number(text);
  if (Number.isSafeInteger(number)) return number;
  const exact = BigInt(text);
  return BigInt.asIntN(64, exact) === exact ? plainInteger(exact) : number;
}

function doubleOf(value: unknown): Plain {
  if (typeof value === "number") return plainNumber(value);
  // "NaN", "Infinity" and "-Infinity" are what protobuf's JSON writes.
  return typeof value === "string" && value !== "" && value.length <= 32 ? plainNumber(Number(value)) : null;
}
