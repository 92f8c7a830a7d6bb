import { isName, NAME_RULE } from "../core/names.ts";
import { faultsIn } from "./fault-check.ts";
import type { Instance, Snapshot } from "./instance.ts";

/** Letters, digits and . _ : - ; 1 to 128 of them. */
const ID = /^[A-Za-z0-9._:-]{1,128}$/;
const ADDRESS_CHARS_MAX = 256;
const TEXT_CHARS_MAX = 128;

type Fields = Readonly<Record<string, unknown>>;

/** What is wrong with a value that should be an instance, in words; undefined when it is one. */
export function instanceProblem(value: unknown): string | undefined {
  if (!isRecord(value)) return "an instance must be a JSON object";
  if (typeof value["id"] !== "string" || !ID.test(value["id"])) {
    return "id must be 1 to 128 letters, digits or . _ : -";
  }
  for (const field of ["service", "realm", "zone"] as const) {
    const name = value[field];
    if (typeof name !== "string" || !isName(name)) return `${field} must be ${NAME_RULE}`;
  }
  if (!isAddress(value["address"]))
    return 'address must be an http URL without a path, such as "http://127.0.0.1:20001"';
  for (const field of ["release", "contract"] as const) {
    const text = value[field];
    if (typeof text !== "string" || text.length > TEXT_CHARS_MAX) {
      return `${field} must be a text of at most ${TEXT_CHARS_MAX} characters`;
    }
  }
  return undefined;
}

/** The instance a value holds, without fields that do not belong to one; undefined when it is none. */
export function instanceIn(value: unknown): Instance | undefined {
  if (instanceProblem(value) !== undefined) return undefined;
  const { id, service, address, realm, zone, release, contract } = value as Instance;
  return { id, service, address, realm, zone, release, contract };
}

/**
 * The snapshot a value holds, or undefined when it is none: one bad instance spoils the whole, because half a set
 * would look like a removal. A bad fault spoils nothing.
 */
export function snapshotIn(value: unknown): Snapshot | undefined {
  if (!isRecord(value)) return undefined;
  const { revision, instances, services, watched, left, complete } = value;
  const faults = faultsIn(value["faults"]);
  if (typeof revision !== "number" || !Array.isArray(instances)) return undefined;
  const checked = instances.map(instanceIn);
  const whole = checked.filter((instance) => instance !== undefined);
  if (whole.length < checked.length) return undefined;
  return {
    revision,
    instances: whole,
    services: texts(services) ?? [],
    left: texts(left) ?? [],
    complete: complete !== false,
    ...(texts(watched) ? { watched: texts(watched) ?? [] } : {}),
    ...(faults.length === 0 ? {} : { faults }),
  };
}

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function texts(value: unknown): readonly string[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === "string") ? value : undefined;
}

/** An origin: scheme, host and port, nothing else, so that paths are joined in one way only. */
function isAddress(value: unknown): value is string {
  if (typeof value !== "string" || value.length > ADDRESS_CHARS_MAX || !URL.canParse(value)) return false;
  const url = new URL(value);
  return /^https?:$/.test(url.protocol) && (value === url.origin || explicitDefaultPort(value, url));
}

/** `new URL("http://a:80").origin` drops the port; the address as written is as good. */
function explicitDefaultPort(value: string, url: URL): boolean {
  return value === `${url.origin}:${url.protocol === "https:" ? 443 : 80}`;
}
