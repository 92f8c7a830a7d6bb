/** One fenced code block of a Markdown page. */
export interface Block {
  readonly line: number;
  readonly language: string;
  /** `file=NAME` and the like, from the fence's info string. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

const FENCE = /^```(\S*)[ \t]*([^\n]*)\n([\s\S]*?)^```[ \t]*$/gm;

export function blocksOf(markdown: string): Block[] {
  return [...markdown.matchAll(FENCE)].map((match) => {
    const [, language = "", info = "", text = ""] = match;
    const attributes = Object.fromEntries(
      info
        .split(/\s+/)
        .filter((word) => word !== "")
        .map((word) => {
          const [name = "", value = ""] = word.split("=", 2);
          return [name, value];
        }),
    );
    const line = markdown.slice(0, match.index).split("\n").length;
    return { line, language, attributes, text };
  });
}

/**
 * One bash script that does what a reader of the page would do:
 * - `sh` blocks run in order, in one shell, stopping at the first failure;
 * - a block with `file=NAME` is written to NAME in the folder where the shell then is;
 * - a `ts` or `js` block without `file` is run by node;
 * - `sh run-by=TEST` is what that test of the repository runs;
 * - `text output` after a block says what its output must contain, line by line (`…` stands for anything);
 * - other `text`, `http` and `json` blocks only illustrate.
 */
export function scriptOf(blocks: readonly Block[]): string {
  const steps = blocks.map((block, index) => {
    const mark = `printf '\\n${END_MARK}%s\\n' ${index}`;
    return `${stepOf(block, index)}\n${mark}`;
  });
  return `set -euo pipefail\n${steps.join("\n")}\n`;
}

/** Stands on a line of its own behind the output of each block. */
export const END_MARK = "@@end of block ";

function stepOf(block: Block, index: number): string {
  const { file } = block.attributes;
  if (file !== undefined) {
    return `mkdir -p "$(dirname '${file}')"\ncat > '${file}' <<'END_OF_BLOCK'\n${block.text}END_OF_BLOCK`;
  }
  if ("run-by" in block.attributes) return ":";
  if (block.language === "sh") return block.text;
  if (block.language === "ts" || block.language === "js") {
    const name = `snippet-${index}.${block.language}`;
    return `cat > ${name} <<'END_OF_BLOCK'\n${block.text}END_OF_BLOCK\nnode ${name}`;
  }
  return ":";
}

/** The languages a page may use; another one would be neither run nor known to be an illustration. */
export const LANGUAGES = new Set(["sh", "ts", "js", "json", "python", "text", "http", "ini"]);

/** The lines of an expected output that the real one lacks. */
export function missingLines(expected: string, output: string): string[] {
  return expected
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "…")
    .filter((line) => {
      const pattern = line.split("…").map((part) => RegExp.escape(part).replaceAll(/(?:\\x20| )+/g, "\\s+"));
      return !new RegExp(pattern.join(".*")).test(output);
    });
}
