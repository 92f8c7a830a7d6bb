// The process that is called: tells where, then its CPU time each time it is asked, or where that goes in so many ms.
import { setTimeout as sleep } from "node:timers/promises";
import { answerParent, cpuUsOfProcess } from "../support/children.ts";
import { profiled } from "../support/profile.ts";
import { priced } from "./quote.ts";
import { loadSide, type SideName } from "./side.ts";

const side = await loadSide(process.argv[2] as SideName);
answerParent(await side.serve(priced), ({ profileMs }: { readonly profileMs?: number }) =>
  profileMs === undefined ? cpuUsOfProcess() : profiled(() => sleep(profileMs)),
);
