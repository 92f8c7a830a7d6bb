// What tests import as "fast-check" while SHOAL_TEST_SEED is set: its properties then try the same cases in every run.
import fc from "../../node_modules/fast-check/lib/fast-check.js";

/** FNV-1a, 32 bit: any text gives a seed. */
function seedOf(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
}

fc.configureGlobal({ seed: seedOf(process.env["SHOAL_TEST_SEED"] ?? "") });

// biome-ignore lint/style/noDefaultExport: it stands in for a module that has one
export default fc;
