import type { Row } from "./row.ts";

/** docs/resilience.md: every criterion beside what was measured and what others publish. */
export function resiliencePage(rows: readonly Row[]): string {
  return [
    "# Resilience: what was measured",
    "",
    "Written by `npm run sim -- --write`: the acceptance scenarios, what each must hold, what came out, and the number it is",
    "compared with. [The guide](guides/resilience.md) says what protects a call and why; this page is the proof.",
    "",
    "- _simulated_: the product's own client, server, discovery and retries in a world with a clock and chance of its own",
    "  (`shoal/testing`). The same seed gives the same run: `npm run sim -- 14 --seed 7` repeats one, and prints a timeline if",
    "  it fails. `-- --simulated --seeds 1000` is for a night.",
    "- _real_: processes of this machine that call one another over sockets. Those numbers differ a little from run to run.",
    "- _benchmark_: scenario 25, what all of this costs, as `npm run bench -- resilience` last measured it.",
    "",
    "| # | scenario | where | must hold | measured | compared with |",
    "| --- | --- | --- | --- | --- | --- |",
    ...rows.map(lineOf),
    "",
    `${rows.filter(({ holds }) => holds).length} of ${rows.length} criteria hold.`,
    "",
  ].join("\n");
}

function lineOf({ number, title, criterion, measured, holds, comparable, ...ran }: Row): string {
  const where = whereOf(ran);
  const shown = holds ? measured : `**${measured}: does not hold**`;
  return `| ${[String(number), title, where, criterion, shown, comparable].map(cell).join(" | ")} |`;
}

function whereOf({ seed, isBenchmark = false }: Pick<Row, "seed" | "isBenchmark">): string {
  if (isBenchmark) return "benchmark";
  return seed === undefined ? "real" : `simulated, seed ${seed}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
}
