// One link of a chain: answers a call by making one, but for the last, which answers by itself.
import { answerParent, cpuUsOfProcess } from "../support/children.ts";
import { priced } from "../wire/quote.ts";
import { loadSide, type SideName } from "../wire/side.ts";

const [name, next] = process.argv.slice(2) as [SideName, string | undefined];
const side = await loadSide(name);
const work = next === undefined ? priced : await side.open([next]);
answerParent(await side.serve(work), cpuUsOfProcess);
