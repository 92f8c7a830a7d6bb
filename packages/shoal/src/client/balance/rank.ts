/**
 * Rendezvous hashing (Thaler and Ravishankar, 1998), as in gRPC's random subsetting (A68): each process orders the
 * instances of a service by a hash of its own seed and their ids, and keeps to the first. So an instance that comes or
 * goes moves at most one other over the line, and the choices of many processes spread evenly without their knowing
 * of one another.
 *
 * @param seed 32 bits of the process' own; the same seed gives the same order.
 * @returns All of them, the process' favourites first.
 */
export function ranked<Ranked extends { readonly id: string }>(
  instances: readonly Ranked[],
  seed: number,
): readonly Ranked[] {
  const scored = instances.map((instance) => ({ instance, score: scoreOf(instance.id, seed) }));
  scored.sort((left, right) => left.score - right.score || (left.instance.id < right.instance.id ? -1 : 1));
  return scored.map(({ instance }) => instance);
}

function scoreOf(id: string, seed: number): number {
  let hash = 0x811c9dc5; // FNV-1a, which alone leaves ids that differ in their last letter close together
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return mixed(mixed(hash ^ seed) + seed);
}

/** MurmurHash3's finalizer: each bit of the input changes each of the output with a chance of one half. */
function mixed(bits: number): number {
  let hash = bits;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
