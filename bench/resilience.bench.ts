// What protecting a call costs: the whole client stack beside bare undici, cockatiel and opossum, picking an instance,
// refusing a request, and what a million calls leave behind. Not measured here: how well it protects, see `npm run sim`.
import { measureCalls, measureGrowth, measureSequential } from "./resilience/calls.ts";
import { measurePick } from "./resilience/pick.ts";
import { measureRejection } from "./resilience/rejection.ts";
import { publish } from "./support/results.ts";

const ROUNDS = 5;

publish("resilience", [
  ...(await measureCalls(ROUNDS)),
  ...(await measureSequential(ROUNDS)),
  ...measurePick(ROUNDS),
  ...(await measureRejection(ROUNDS)),
  ...(await measureGrowth()),
]);
