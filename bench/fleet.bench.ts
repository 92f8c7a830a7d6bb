// Whole fleets: 40 services under load, a chain of 5 calls, and the tuition fleet in one process and in many. Not measured
// here: more than one machine, and how a fleet starts beside bare processes, see `npm run bench -- run`.
import { measureChain } from "./fleet/chain.ts";
import { measureForty } from "./fleet/forty.ts";
import { measureTuition } from "./fleet/tuition.ts";
import { runParts } from "./support/parts.ts";

await runParts("fleet", 3, { tuition: measureTuition, forty: measureForty, chain: measureChain });
