// Seeing a fleet: what telemetry costs a service, how much the control plane takes in, how fast it is found again, and
// how soon it is on screen. Not measured here: other rates than those of the bars.
import { measureDashboard } from "./see/dashboard.ts";
import { withFullStore } from "./see/full-store.ts";
import { measureIntake } from "./see/intake.ts";
import { measureOnScreen } from "./see/on-screen.ts";
import { measureSearch } from "./see/search.ts";
import { measureTelemetryCost } from "./see/telemetry-cost.ts";
import { publish } from "./support/results.ts";

const ROUNDS = 5;
const INTAKE_S = 60;
const RECORDS = 1_000_000;
const SEARCH_ROUNDS = 10;

publish("see", [
  ...(await measureTelemetryCost(ROUNDS)),
  ...(await measureIntake(INTAKE_S)),
  ...(await withFullStore(RECORDS, (history) => measureSearch(history, SEARCH_ROUNDS))),
  ...(await measureOnScreen(ROUNDS)),
  ...(await measureDashboard(ROUNDS)),
]);
