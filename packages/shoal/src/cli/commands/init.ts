import { spawn } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { messageOf, shoalError } from "../../core/errors.ts";
import { isName } from "../../core/names.ts";
import { flag } from "../args.ts";
import type { Command } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import { mergePackageJson } from "../init-package-json.ts";
import { readPackageInfo, TEMPLATES_FOLDER } from "../package-info.ts";
import type { CliPorts } from "../ports.ts";
import { painter } from "../terminal/style.ts";

/** Template to the file it becomes: npm leaves a real .gitignore out of packages, and editors would obey a tsconfig.json. */
const FILES: Readonly<Record<string, string>> = {
  "shoal.config.ts": "shoal.config.ts",
  "contracts/greeter.ts": "contracts/greeter.ts",
  "services/greeter.ts": "services/greeter.ts",
  "tsconfig.template.json": "tsconfig.json",
  "gitignore.template": ".gitignore",
};
/** Kept when it exists: most folders have one, and it is easy to add a line to. */
const OPTIONAL = ".gitignore";
const FLEET_IN_TEMPLATE = "my-fleet";

/** `shoal init`: everything is checked before the first file is written. */
export const init: Command = async (ports, args) => {
  const folder = resolve(ports.cwd, args.positional[0] ?? ".");
  const files = plan(folder);
  const packageFile = join(folder, "package.json");
  const present = existsSync(packageFile) ? readFileSync(packageFile, "utf8") : undefined;
  const { version, dependencies } = readPackageInfo();
  const wish = { shoal: `^${version}`, zod: dependencies["zod"] ?? "^4.0.0" };
  const name = fleetName(folder);
  const packageJson = mergePackageJson(present, { name, dependencies: wish }, !hasCommonJs(folder));

  const written = [...files.keys(), "package.json"];
  write(folder, files, name);
  writeFileSync(packageFile, packageJson);
  const isJson = flag(args, "json");
  if (!isJson) for (const file of written) ports.stdout.write(`  wrote ${file}\n`);

  const isInstalled = args.options["install"] !== false;
  // With --json nothing but the one object may reach stdout.
  if (isInstalled) await install(ports, folder, isJson);
  const next = nextSteps(relative(ports.cwd, folder), isInstalled);
  ports.stdout.write(isJson ? `${JSON.stringify({ folder, written, next })}\n` : nextText(ports, next));
  return EXIT.ok.code;
};

/** File to template of what is to be written. Throws CONFIG_INVALID listing what is in the way. */
function plan(folder: string): ReadonlyMap<string, string> {
  const wanted = Object.entries(FILES).map(([template, file]) => [file, template] as const);
  const isThere = (file: string) => existsSync(join(folder, file));
  const inTheWay = wanted.map(([file]) => file).filter((file) => file !== OPTIONAL && isThere(file));
  if (inTheWay.length === 0) return new Map(wanted.filter(([file]) => !isThere(file)));
  throw shoalError("CONFIG_INVALID", {
    message: `would overwrite ${inTheWay.join(", ")}; nothing was written`,
    hint: "Move them away, or make the fleet in another folder: `shoal init my-fleet`.",
    details: { where: folder },
  });
}

function write(folder: string, files: ReadonlyMap<string, string>, name: string): void {
  for (const [file, template] of files) {
    const text = readFileSync(join(TEMPLATES_FOLDER, "fleet", template), "utf8");
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text.replaceAll(FLEET_IN_TEMPLATE, name), { flag: "wx" });
  }
}

/** The folder's name as a fleet's name, as far as it can be one. */
export function fleetName(folder: string): string {
  const name = basename(folder)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+|-+$/g, "")
    .slice(0, 63)
    .replace(/-+$/, "");
  return isName(name) ? name : FLEET_IN_TEMPLATE;
}

function hasCommonJs(folder: string): boolean {
  const exclude = (path: string) => /(^|\/)(node_modules|\.git|\.shoal)$/.test(path);
  return globSync("**/*.js", { cwd: folder, exclude }).length > 0;
}

async function install(ports: CliPorts, folder: string, isQuiet: boolean): Promise<void> {
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await ports.stdout.flush();
  const child = spawn(npm, ["install", "--no-audit", "--no-fund"], {
    cwd: folder,
    env: ports.env,
    stdio: ["ignore", isQuiet ? "ignore" : "inherit", "inherit"],
  });
  const { promise, resolve: done } = Promise.withResolvers<string | undefined>();
  child.on("error", (error) => done(messageOf(error)));
  child.on("exit", (code, signal) => done(code === 0 ? undefined : `it ended with ${signal ?? `exit code ${code}`}`));
  const problem = await promise;
  if (problem === undefined) return;
  throw shoalError("NPM_FAILED", {
    message: `the files are written, but npm install failed: ${problem}`,
    details: { where: folder },
  });
}

function nextSteps(path: string, isInstalled: boolean): readonly string[] {
  return [
    ...(path === "" ? [] : [`cd ${path}`]),
    ...(isInstalled ? [] : ["npm install"]),
    "npx shoal up",
    `npx shoal call greeter.greet '{"name": "Ada"}'`,
    "npx shoal logs greeter",
  ];
}

function nextText(ports: CliPorts, steps: readonly string[]): string {
  const paint = painter(ports.colours);
  return `\nNext, what follows \`up\` in another terminal:\n${steps.map((step) => `  ${paint("cyan", step)}\n`).join("")}`;
}
