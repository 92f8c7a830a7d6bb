import { sha256 } from "../core/sha256.ts";
import type { Contract } from "./contract.ts";
import { openApiOf } from "./openapi.ts";

const HASH_CHARS = 16;

/**
 * The hash of what a contract promises: of its OpenAPI document in canonical JSON, without the release. Two contracts
 * with one hash promise the same; the same contract built by another version of its schema library may differ.
 * Makes every JSON Schema of the contract, which takes milliseconds: not for the way to a service's start.
 * @returns 16 hex digits.
 */
export function contractHash(contract: Contract): string {
  return sha256(canonicalJson(withSortedNames(openApiOf(contract, "")))).slice(0, HASH_CHARS);
}

/** `required` is a set of names: in which order a schema's fields were written is no part of the promise. */
function withSortedNames(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSortedNames);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      name === "required" && Array.isArray(member) ? [...member].sort() : withSortedNames(member),
    ]),
  );
}

/** JSON with the members of every object in order of their names, so that equal values are equal texts. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
