// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what this is about
const TOKENS = /\x1b\[[?]?(\d*)(?:;\d+)*([A-Za-z])|\n|[^\x1b\n]/gu;

/**
 * What a terminal shows after `output`, line by line without trailing empty ones: a small emulator of the sequences
 * that the command line uses (cursor up, erase to the right and below). Others are ignored.
 * @param columns Width; longer lines wrap.
 */
export function renderedLines(output: string, columns: number): string[] {
  const lines: string[] = [""];
  let row = 0;
  let column = 0;
  for (const [token, count = "", command = ""] of output.matchAll(TOKENS)) {
    if (token === "\n") {
      row += 1;
      column = 0;
      lines[row] ??= "";
    } else if (command === "F") {
      row = Math.max(0, row - (Number(count) || 1));
      column = 0;
    } else if (command === "K") lines[row] = (lines[row] ?? "").slice(0, column);
    else if (command === "J") {
      lines[row] = (lines[row] ?? "").slice(0, column);
      lines.length = row + 1;
    } else if (command === "") {
      if (column >= columns) {
        row += 1;
        column = 0;
        lines[row] ??= "";
      }
      const line = (lines[row] ?? "").padEnd(column);
      lines[row] = line.slice(0, column) + token + line.slice(column + 1);
      column += 1;
    }
  }
  while (lines.length > 0 && lines.at(-1) === "") lines.pop();
  return lines;
}
