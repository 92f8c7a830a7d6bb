import type { InstanceStatus } from "../../control/api/contract.ts";
import type { Cancel } from "../../core/clock.ts";
import type { CliPorts } from "../ports.ts";
import { formatDuration } from "../terminal/format.ts";
import { createScreen } from "../terminal/screen.ts";
import { painter } from "../terminal/style.ts";
import { fleetScreen, type ScreenState } from "./fleet-screen.ts";
import { type FleetRates, type FleetView, summaryText } from "./fleet-view.ts";
import { recentLines } from "./recent-lines.ts";

/** Four frames a second: quick enough to feel alive, and nothing on a slow line. */
const FRAME_MS = 250;
const NO_RATES: FleetRates = { services: [], warnings: [], isReachable: true };

/** The live table on a terminal. */
export function liveView(ports: CliPorts, fleet: { readonly name: string; readonly realm: string }): FleetView {
  const { clock } = ports;
  const paint = painter(ports.colours);
  const screen = createScreen(ports.stdout, ports);
  const recent = recentLines();
  const beganMs = clock.now();
  let control = "";
  let notes: readonly string[] = [];
  let instances: readonly InstanceStatus[] = [];
  let rates = NO_RATES;
  let stopping: ScreenState["stopping"];
  let cancel: Cancel = () => {};

  const draw = () => {
    const state = {
      fleet: fleet.name,
      realm: fleet.realm,
      control,
      notes,
      instances,
      rates,
      ageMs: clock.now() - beganMs,
      stopping,
    };
    // One column is left free: a full line counts as wrapped when some terminals are made wider.
    const frame = { width: Math.max(1, ports.columns() - 1), height: ports.rows(), paint };
    screen.draw(fleetScreen(state, recent, frame));
  };
  const tick = () => {
    draw();
    cancel = clock.after(FRAME_MS, tick);
  };
  // Not at once: a start that is refused should leave no empty table behind.
  cancel = clock.after(FRAME_MS, tick);

  return {
    started(url, said) {
      control = url;
      notes = said;
    },
    changed(next) {
      instances = next;
    },
    printed: recent.add,
    rated(next) {
      rates = next;
    },
    settled(summary) {
      draw();
      screen.print([paint(summary.failed.length === 0 ? "green" : "red", summaryText(summary))]);
    },
    stopping(processes) {
      stopping = { processes };
      draw();
    },
    stopped(tookMs) {
      draw();
      cancel();
      screen.close();
      ports.stdout.write(`stopped in ${formatDuration(tookMs)}\n`);
    },
    close() {
      cancel();
      screen.close();
    },
  };
}
