// Running a fleet: start, stop, restart, memory, discovery and the weight of the package.
// Not measured here: the speed of calls.
import { measureDeath } from "./run/death.ts";
import { measureExample } from "./run/example.ts";
import { measureInstall } from "./run/install.ts";
import { measureSave } from "./run/save.ts";
import { measureStart } from "./run/start.ts";
import { publish } from "./support/results.ts";

const ROUNDS = 5;

publish("run", [
  ...(await measureStart(ROUNDS)),
  ...(await measureExample(ROUNDS)),
  ...(await measureSave(ROUNDS)),
  ...(await measureDeath(ROUNDS)),
  ...measureInstall(),
]);
