import { spawn } from "node:child_process";
import { cpSync, existsSync, globSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { expect, inject, it } from "vitest";
import { type Block, blocksOf, END_MARK, LANGUAGES, missingLines, scriptOf } from "./blocks.ts";

const root = resolve(import.meta.dirname, "../..");
const pages = globSync(["README.md", "CONTRIBUTING.md", "docs/**/*.md", "examples/*/README.md"], {
  cwd: root,
  exclude: (path) => path.includes("node_modules") || path.startsWith("docs/reference"),
}).sort();

/** Programs stop here whatever they do: a page must not hang the tests. */
const PAGE_MS = 110_000;

it.each(pages)("%s does what it shows", async (page) => {
  const blocks = blocksOf(readFileSync(join(root, page), "utf8"));
  expect(unknownBlocks(blocks)).toEqual([]);
  const folder = mkdtempSync(join(tmpdir(), "shoal-docs-"));
  try {
    if (!installsItself(blocks)) {
      startingPoint(page, folder);
      symlinkSync(join(inject("installedFolder"), "node_modules"), join(folder, "node_modules"));
    }
    const { output, errors, code } = await runPage(folder, scriptOf(blocks));
    expect(code, `${page} stopped in the block at line ${lineReached(blocks, output)}:\n${output}\n${errors}`).toBe(0);
    expect(wrongOutputs(blocks, output)).toEqual([]);
  } finally {
    stopFleets(folder);
    rmSync(folder, { recursive: true, force: true });
  }
});

/** Guides that are read in the folder of an example. */
const READ_IN: Readonly<Record<string, string>> = { "docs/guides/one-process-or-many.md": "examples/tuition" };

/** The page of an example is read in that example's folder, any other in an empty one. */
function startingPoint(page: string, folder: string): void {
  const example = READ_IN[page] ?? /^examples\/[^/]+/.exec(page)?.[0];
  if (example === undefined) {
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "page", private: true, type: "module" }));
    return;
  }
  cpSync(join(root, example), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.shoal)(\/|$)/.test(path),
  });
}

/** A page that begins with `npm install` starts in a truly empty folder; the others find Shoal installed. */
function installsItself(blocks: readonly Block[]): boolean {
  return blocks.some(({ language, text }) => language === "sh" && /^npm install/m.test(text));
}

function unknownBlocks(blocks: readonly Block[]): string[] {
  return blocks
    .filter((block) => {
      const runBy = block.attributes["run-by"];
      return !LANGUAGES.has(block.language) || (runBy !== undefined && !existsSync(join(root, runBy)));
    })
    .map((block) => `line ${block.line}: \`\`\`${block.language} ${JSON.stringify(block.attributes)}`);
}

function wrongOutputs(blocks: readonly Block[], output: string): string[] {
  const outputs = output.split(new RegExp(`\\n${END_MARK}\\d+\\n`));
  return blocks.flatMap((block, index) =>
    "output" in block.attributes
      ? missingLines(block.text, outputs[index - 1] ?? "").map(
          (line) => `line ${block.line}: "${line}" is not in the output of the block before:\n${outputs[index - 1]}`,
        )
      : [],
  );
}

function lineReached(blocks: readonly Block[], output: string): number | undefined {
  return blocks[output.split(END_MARK).length - 1]?.line;
}

function runPage(folder: string, script: string): Promise<{ output: string; errors: string; code: number | null }> {
  return new Promise((done, reject) => {
    const env = {
      ...process.env,
      // Where a reader keeps their clone of Shoal; the pages install the tarball from there.
      SHOAL: inject("tarballFolder"),
      PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
      NO_COLOR: "1",
      NODE_OPTIONS: "",
    };
    const child = spawn("bash", ["-c", script], {
      cwd: folder,
      env,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, "SIGKILL"), PAGE_MS);
    let output = "";
    let errors = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.stderr.on("data", (chunk) => {
      errors += chunk;
    });
    child.on("error", reject);
    child.on("exit", (code) => {
      clearTimeout(timer);
      done({ output, errors, code });
    });
  });
}

/** A page that fails half-way leaves its fleet running. */
function stopFleets(folder: string): void {
  for (const file of globSync("**/.shoal/fleet.json", {
    cwd: folder,
    exclude: (path) => path.includes("node_modules"),
  })) {
    const { pid } = JSON.parse(readFileSync(join(folder, file), "utf8"));
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // it ended by itself
    }
  }
}
