// Seeing a fleet: what telemetry costs a service, how much the control plane takes in, how fast it is found again, and
// how soon and how smoothly it is on screen. Not measured here: other rates than those of the bars.
import { measureDashboard } from "./see/dashboard.ts";
import { withFullStore } from "./see/full-store.ts";
import { measureIntake } from "./see/intake.ts";
import { measureLogs } from "./see/logs.ts";
import { measureOnScreen } from "./see/on-screen.ts";
import { measureSearch } from "./see/search.ts";
import { measureTelemetryCost } from "./see/telemetry-cost.ts";
import { type Found, runParts } from "./support/parts.ts";
import type { Result } from "./support/results.ts";

const INTAKE_S = 60;
const RECORDS = 1_000_000;
const SEARCH_ROUNDS = 10;

const found = async (results: Promise<readonly Result[]>): Promise<Found> => ({ results: await results, tables: [] });

await runParts("see", 5, {
  cost: measureTelemetryCost,
  intake: () => found(measureIntake(INTAKE_S)),
  search: () => found(withFullStore(RECORDS, (history) => measureSearch(history, SEARCH_ROUNDS))),
  screen: (rounds) => found(measureOnScreen(rounds)),
  dashboard: (rounds) => found(measureDashboard(rounds)),
  logs: (rounds) => found(measureLogs(rounds)),
});
