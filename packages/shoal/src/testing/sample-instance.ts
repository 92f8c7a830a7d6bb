import type { Instance } from "../discovery/instance.ts";

/** An instance of a service, with everything not given made up. */
export function sampleInstance(id: string, given: Partial<Instance> = {}): Instance {
  const service = given.service ?? id.replace(/-[^-]*$/, "");
  return {
    id,
    service,
    address: `http://127.0.0.1:${20_000 + (hash(id) % 10_000)}`,
    realm: "local",
    zone: "local",
    release: "dev",
    contract: "",
    ...given,
  };
}

function hash(text: string): number {
  let value = 7;
  for (const character of text) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value;
}
