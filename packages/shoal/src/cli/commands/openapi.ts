import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { flag, required, text } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { requireControl } from "../running-fleet.ts";
import { openServiceClient } from "../service-client.ts";
import { openApiOfService } from "../service-document.ts";

/** `shoal openapi SERVICE`: the document that the running service answers. */
export const openapi: Command = async (ports, args) => {
  const service = required(args, 0, "service");
  await using client = await openServiceClient(ports, await requireControl(ports, args));
  const document = await openApiOfService(client, service);
  const json = `${JSON.stringify(document, undefined, flag(args, "json") ? 0 : 2)}\n`;
  const out = text(args, "out");
  if (out === undefined) {
    ports.stdout.write(json);
    return EXIT.ok.code;
  }
  const file = resolve(ports.cwd, out);
  await writeFile(file, json);
  ports.stderr.write(`wrote ${file}\n`);
  return EXIT.ok.code;
};
