import { flag } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { readPackageInfo } from "../package-info.ts";

/** `shoal version`: what a bug report should begin with. */
export const version: Command = async (ports, args) => {
  const versions = { shoal: readPackageInfo().version, node: process.versions.node };
  const plain = `shoal ${versions.shoal}\nnode ${versions.node}\n`;
  ports.stdout.write(flag(args, "json") ? `${JSON.stringify(versions)}\n` : plain);
  return EXIT.ok.code;
};
