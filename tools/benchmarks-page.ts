import type { SavedParts, Table } from "../bench/support/parts.ts";
import type { Result } from "../bench/support/results.ts";

type SavedResult = Omit<Result, "measured"> & { readonly measured: number | null };

/** What a benchmark is called on the page, and what has to be known of it. */
interface Section {
  readonly name: string;
  readonly title: string;
  readonly text: string;
}

/** The benchmarks whose results the page shows, in its order. */
export const SECTIONS: readonly Section[] = [
  {
    name: "wire",
    title: "Typed calls",
    text: "`npm run bench -- wire`: a call of an operation with a typed request and reply, between two processes on a core each, and within one. Shoal validates request and reply at both ends with zod, and records as in production; the others check nothing but what their format does.",
  },
  {
    name: "http",
    title: "HTTP",
    text: "`npm run bench -- http`: the server stack alone on a core, and the client stack alone on a core. The other end is bare TCP that costs less than what is measured.",
  },
  {
    name: "fleet",
    title: "Whole fleets",
    text: "`npm run bench -- fleet`: `shoal up` with all that belongs to it. All processes share the machine, and so does the load.",
  },
  {
    name: "see",
    title: "Seeing a fleet",
    text: "`npm run bench -- see`: what telemetry costs a service, how much the control plane takes in, how fast it is found again, and how soon it is on screen.",
  },
];

const HEAD = `# Benchmarks: what was measured

Written by \`npm run bench\` from \`bench/results\`; [Resilience](resilience.md) is about behaviour, this page about cost.

- Every side runs in processes of its own, started anew in each round, and is warmed up until the compiler has little left to do.
- The sides take turns in short bursts, in another order each time. A ratio is taken within one turn, whose sides met the same
  machine, and the middle of all ratios counts. Single rates are the middle of all bursts.
- CPU is the time that a process, its compiler and its collector took, divided by the calls: the number that a bigger machine
  would not change. Rates depend on the machine; ratios less so.
- A closed load calls again as soon as it is answered, and says how much can be done. An open load calls at a rate, and counts
  each latency from when its call was to begin: only so are the calls seen that waited because others did.
- The others are used as their documentation recommends, in the versions of \`bench/package-lock.json\`.
- Not measured: a real network, TLS, more than two cores, and services that do something.
`;

/** docs/benchmarks.md: each bar beside what was measured, then the numbers themselves. */
export function benchmarksPage(saved: Readonly<Record<string, SavedParts>>): string {
  const measured = SECTIONS.filter(({ name }) => Object.keys(saved[name] ?? {}).length > 0);
  const sections = measured.map((section) => sectionOf(section, saved[section.name] ?? {}));
  return `${[HEAD, ...sections].join("\n")}`;
}

function sectionOf({ title, text }: Section, parts: SavedParts): string {
  const found = Object.values(parts);
  const results = found.flatMap(({ results }) => results);
  return [
    `## ${title}`,
    "",
    text,
    "",
    ...machinesOf(parts),
    "",
    ...(results.length === 0 ? [] : [...barsOf(results), ""]),
    ...found.flatMap(({ tables }) => tables.flatMap(linesOf)),
  ].join("\n");
}

/** Parts may have been measured at different times, and then say so each. */
function machinesOf(parts: SavedParts): readonly string[] {
  return Object.entries(parts).map(([part, measured]) => {
    const { processor, cores, memoryGib, node, rounds, measuredAt, commit, loadBefore = 0 } = measured;
    const machine = `${cores} cores of ${processor}, ${memoryGib} GiB, Node ${node}`;
    const busy = loadBefore > 1 ? ` **The machine was busy**: a load average of ${loadBefore} before it began.` : "";
    const times = `${rounds} ${rounds === 1 ? "round" : "rounds"}`;
    return `- \`${part}\`: ${measuredAt.slice(0, 10)}, commit ${commit}, ${times}, ${machine}.${busy}`;
  });
}

function barsOf(results: readonly SavedResult[]): readonly string[] {
  const rows = results.map(({ what, measured, bar, unit, holds }) => {
    // JSON has no infinity: that is what a ratio to nothing became.
    const value = measured === null ? "failed" : `${measured} ${unit}`.trim();
    const verdict = holds === null ? "" : holds ? "holds" : "**does not hold**";
    return [what, bar === null ? "for information" : `${bar} ${unit}`.trim(), value, verdict];
  });
  return tableOf(["what", "bar", "measured", ""], rows);
}

function linesOf({ title, note, columns, rows }: Table): readonly string[] {
  return [`### ${title}`, "", ...(note === "" ? [] : [note, ""]), ...tableOf(columns, rows), ""];
}

function tableOf(columns: readonly string[], rows: readonly (readonly (string | number)[])[]): readonly string[] {
  const line = (cells: readonly (string | number)[]) => `| ${cells.map(cell).join(" | ")} |`;
  return [line(columns), line(columns.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)];
}

function cell(value: string | number): string {
  const text = typeof value === "number" ? value.toLocaleString("en-US") : value;
  return text.replaceAll("|", "\\|").replaceAll("\n", " ").replaceAll("<", "&lt;");
}
