import type { InstanceStatus } from "../../control/api/contract.ts";
import { printable, truncate } from "../terminal/display-width.ts";
import { count, formatAge } from "../terminal/format.ts";
import type { Paint } from "../terminal/style.ts";
import { failingLines } from "./failing-lines.ts";
import { fleetTable, type ServiceRow, serviceRows } from "./fleet-table.ts";
import { type FleetRates, isFailing, isRunning } from "./fleet-view.ts";
import type { RecentLines } from "./recent-lines.ts";

/** Everything that a frame of the live view is made of. */
export interface ScreenState {
  readonly fleet: string;
  readonly realm: string;
  /** "" until the control plane listens. */
  readonly control: string;
  /** Which services share a process, and why others do not. */
  readonly notes: readonly string[];
  readonly instances: readonly InstanceStatus[];
  readonly rates: FleetRates;
  /** Since the start, in ms. */
  readonly ageMs: number;
  /** Set once it is told to stop. */
  readonly stopping: { readonly processes: number } | undefined;
}

export interface Frame {
  readonly width: number;
  /** Rows of the window. When they are too few for all services, those that need a look come first. */
  readonly height: number;
  readonly paint: Paint;
}

/** The lines of one frame: control URL on top, the table, what failing services said last. Pure. */
export function fleetScreen(state: ScreenState, recent: RecentLines, frame: Frame): string[] {
  const rows = serviceRows(state.instances, state.rates.services);
  const linesWith = (ordered: readonly ServiceRow[]) => [
    headLine(state, frame),
    ...state.notes.map((note) => frame.paint("dim", truncate(printable(note), frame.width))),
    ...state.rates.warnings.map((warning) => frame.paint("yellow", truncate(printable(warning), frame.width))),
    "",
    ...fleetTable(ordered, { ...frame, withRates: true }),
    ...failingLines(state.instances, recent, frame),
    "",
    frame.paint("dim", truncate(footText(state), frame.width)),
  ];
  const lines = linesWith(rows);
  return lines.length < frame.height
    ? lines
    : linesWith(rows.toSorted((left, right) => urgency(left) - urgency(right)));
}

/** 0 for what needs a look, 1 for what is on its way, 2 for the rest. */
function urgency({ state }: ServiceRow): number {
  if (isFailing({ state })) return 0;
  return state === "ready" || state === "stopped" ? 2 : 1;
}

function headLine({ fleet, realm, control, instances, rates, ageMs }: ScreenState, { width, paint }: Frame): string {
  const ready = instances.filter(({ state }) => state === "ready").length;
  const lost = control !== "" && !rates.isReachable ? " (not answering, being restarted)" : "";
  const parts: [text: string, painted: (text: string) => string][] = [
    [`${fleet} (${realm})`, (text) => paint("bold", text)],
    [
      control === "" ? "starting" : `dashboard ${control}${lost}`,
      (text) => paint(lost === "" ? "cyan" : "yellow", text),
    ],
    [`${ready} of ${count(instances.length, "instance")} ready`, (text) => text],
    [`up ${formatAge(ageMs)}`, (text) => paint("dim", text)],
  ];
  let left = width;
  return parts
    .map(([text, painted], index) => {
      const cut = truncate(text, Math.max(0, left - (index === 0 ? 0 : 2)));
      left -= cut.length + 2;
      return painted(cut);
    })
    .filter((text) => text !== "")
    .join("  ");
}

function footText({ stopping, instances }: ScreenState): string {
  if (!stopping) return "Ctrl-C stops the fleet; `shoal logs -f` in another terminal shows what it prints";
  const left = instances.filter(isRunning).length;
  return `stopping ${count(stopping.processes, "instance")}, ${left} left … (Ctrl-C again kills)`;
}
