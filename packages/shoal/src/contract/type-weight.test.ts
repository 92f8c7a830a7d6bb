import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";

const CONTRACTS = 50;
const OPERATIONS = 10;
/**
 * Type instantiations that 50 contracts of 10 operations, their services and their consumers may cost, beyond what one
 * contract of two operations costs. Measured with TypeScript 7.0 and zod 4.6: 284 490, a good part of it zod's own. An
 * editor feels what is over a million.
 */
const INSTANTIATIONS_MAX = 350_000;

const root = resolve(import.meta.dirname, "../../../..");
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "shoal-type-weight-"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
});
afterAll(() => rm(folder, { recursive: true }));

function operation(name: string): string {
  const read = `get("/${name}/:id", { params: z.object({ id: z.string() }), query: z.object({ full: z.boolean().optional() }), returns: Thing, errors: { notFound: 404 } })`;
  const write = `post("/${name}", { body: Thing.omit({ id: true }), returns: Thing, errors: { refused: 422, ${name}Taken: 409 }, idempotent: true })`;
  return `  read${name}: ${read},\n  write${name}: ${write},`;
}

function handlers(name: string): string {
  return `  read${name}: ({ params }) => ({ ...thing, id: params.id }),\n  write${name}: ({ body }) => ({ ...body, id: "1" }),`;
}

/** A contract and its service, as a user would write them. */
function module(index: number, pairs: number): string {
  const names = Array.from({ length: pairs }, (_, pair) => `a${pair}`);
  return `
import { contract, get, post, serve, use } from "shoal";
import { z } from "zod";
const Thing = z.object({ id: z.string(), amount: z.number(), tags: z.array(z.string()), inner: z.object({ at: z.string(), n: z.number().optional() }) });
const thing = { id: "1", amount: 1, tags: [], inner: { at: "now" } };
export const service${index} = contract("service-${index}", {
${names.map(operation).join("\n")}
});
export const served${index} = serve(service${index}, {
${names.map(handlers).join("\n")}
});
const consumer = use(service${index});
export const calls = async () => [
${names.map((name) => `  (await consumer.read${name}({ params: { id: "1" }, query: {} })).inner.n,`).join("\n")}
];
`;
}

async function instantiations(modules: readonly string[]): Promise<number> {
  const files = modules.map((_, index) => `module-${index}.ts`);
  await Promise.all(modules.map((text, index) => writeFile(join(folder, `module-${index}.ts`), text)));
  const config = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: {
      typeRoots: [join(root, "node_modules/@types")],
      paths: { shoal: [join(root, "packages/shoal/src/index.ts")], zod: [join(root, "node_modules/zod/index.d.ts")] },
    },
    files,
    include: [],
  };
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(config));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, "-p", folder, "--extendedDiagnostics"]);
  expect(stdout).not.toMatch(/error TS/);
  return Number(/^Instantiations:\s+(\d+)/m.exec(stdout)?.[1]);
}

it(`type-checking ${CONTRACTS} contracts of ${OPERATIONS} operations stays light`, async () => {
  const one = await instantiations([module(0, 1)]);
  const all = await instantiations(Array.from({ length: CONTRACTS }, (_, index) => module(index, OPERATIONS / 2)));
  expect(one).toBeGreaterThan(0);
  expect(all - one).toBeLessThan(INSTANTIATIONS_MAX);
});
