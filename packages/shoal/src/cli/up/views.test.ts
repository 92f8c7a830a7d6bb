import { describe, expect, it } from "vitest";
import type { InstanceStatus, ServiceStatus } from "../../control/api/contract.ts";
import { fakeCliPorts } from "../../testing/fake-cli-ports.ts";
import { renderedLines } from "../../testing/terminal-emulator.ts";
import { displayWidth } from "../terminal/display-width.ts";
import { painter } from "../terminal/style.ts";
import { fleetScreen, type ScreenState } from "./fleet-screen.ts";
import { serviceRows } from "./fleet-table.ts";
import { type FleetEvent, jsonView } from "./json-view.ts";
import { liveView } from "./live-view.ts";
import { plainView } from "./plain-view.ts";
import { recentLines } from "./recent-lines.ts";

function status(instance: string, change: Partial<InstanceStatus> = {}): InstanceStatus {
  const service = instance.slice(0, instance.lastIndexOf("-"));
  const place = { realm: "local", zone: "local", release: "dev" };
  const basic = { service, instance, state: "ready" as const, address: "http://127.0.0.1:1", pid: 1, restarts: 0 };
  return { ...basic, ...place, sinceMs: 0, reason: null, ...change };
}

const rates: ServiceStatus = {
  service: "quotes",
  instances: 2,
  ready: 2,
  problems: 0,
  requestsPerSecond: 31.04,
  errorRatio: 0.005,
  p50Ms: 3,
  p99Ms: 12.06,
};
const line = (instance: string, text: string) => ({
  timeMs: 0,
  service: instance.slice(0, instance.lastIndexOf("-")),
  instance,
  stream: "stderr" as const,
  text,
});

const FAILED = status("rates-1", {
  state: "crash-loop",
  address: null,
  pid: null,
  restarts: 4,
  reason: "exited with code 1",
});
const STATE: ScreenState = {
  fleet: "tuition",
  realm: "local",
  control: "http://127.0.0.1:4400",
  notes: [],
  instances: [status("quotes-1"), status("quotes-2", { restarts: 1 }), FAILED],
  rates: { services: [rates], warnings: [], isReachable: true },
  ageMs: 12_900,
  stopping: undefined,
};

describe("the live table", () => {
  it("shows the control plane, each service and what failing ones said", () => {
    const recent = recentLines();
    recent.add([line("rates-1", "Error: no file"), line("rates-1", ""), line("rates-1", "Node.js v24.1.0")]);
    expect(fleetScreen(STATE, recent, { width: 120, height: 40, paint: painter(false) })).toEqual([
      "tuition (local)  dashboard http://127.0.0.1:4400  2 of 3 instances ready  up 12 s",
      "",
      "SERVICE  READY  STATE       REQ/S  ERRORS      P99  RESTARTS  ADDRESS                NOTE",
      "quotes     2/2  ready        31.0   0.5 %  12.1 ms         1  http://127.0.0.1:1 +1",
      "rates      0/1  crash-loop      -       -        -         4                         exited with code 1",
      "",
      "rates: exited with code 1",
      "  rates-1 | Error: no file",
      "",
      "Ctrl-C stops the fleet; `shoal logs -f` in another terminal shows what it prints",
    ]);
  });

  it("says what is wrong with the control plane, and how the stop goes", () => {
    const lost = { services: [], warnings: ["the disk is full"], isReachable: false };
    const lines = fleetScreen({ ...STATE, rates: lost, stopping: { processes: 3 } }, recentLines(), {
      width: 120,
      height: 40,
      paint: painter(false),
    });
    expect(lines[0]).toContain("(not answering, being restarted)");
    expect(lines[1]).toBe("the disk is full");
    expect(lines.at(-1)).toBe("stopping 3 instances, 2 left … (Ctrl-C again kills)");
  });

  it.each([20, 40, 60])("fits into %i columns", (width) => {
    const recent = recentLines();
    recent.add([line("rates-1", "a very long line ".repeat(20))]);
    for (const text of fleetScreen(STATE, recent, { width, height: 40, paint: painter(false) })) {
      expect(displayWidth(text)).toBeLessThanOrEqual(width);
    }
  });

  it("keeps errors longest in a narrow window, whole addresses only, and no notes when there are none", () => {
    const headAt = (width: number) =>
      fleetScreen({ ...STATE, instances: [status("quotes-1")] }, recentLines(), {
        width,
        height: 40,
        paint: painter(false),
      })[2];
    expect(headAt(82)).toBe("SERVICE  READY  STATE  REQ/S  ERRORS      P99  RESTARTS  ADDRESS");
    expect(headAt(74)).toBe("SERVICE  READY  STATE  REQ/S  ERRORS      P99  RESTARTS");
    expect(headAt(30)).toBe("SERVICE  READY  STATE  ERRORS");
  });

  it("tells a reason that several services share once, whole, with what one of them said beside it", () => {
    const reason = `exited with code 1: ShoalError: ${"contract payments is wrong ".repeat(6)}`.trim();
    const broken = ["edge-1", "audit-1", "driver-1"].map((name) => status(name, { state: "backoff", reason }));
    const recent = recentLines();
    recent.add([
      line("edge-1", `ShoalError: ${"contract payments is wrong ".repeat(6)}`),
      line("edge-1", "    at file:///fleet/contracts/payments.ts:62:25"),
      line("edge-1", "    at contract (file:///fleet/node_modules/shoal/dist/chunks/core.js:1:1) {"),
      line("edge-1", "}"),
      { ...line("edge-1", "exited with code 1; restarting in 1 s"), stream: "shoal" as const },
      line("audit-1", "the same"),
    ]);
    const frame = { width: 90, height: 40, paint: painter(false) };
    const lines = fleetScreen({ ...STATE, instances: broken }, recent, frame);
    expect(lines.slice(6, -2)).toEqual([
      "",
      "edge, audit, driver: exited with code 1: ShoalError: contract payments is wrong contract",
      "payments is wrong contract payments is wrong contract payments is wrong contract payments",
      "is wrong contract payments is wrong",
      "  edge-1 |     at file:///fleet/contracts/payments.ts:62:25",
    ]);
  });

  it("gives up the addresses for the reason of a failure", () => {
    const reason = "did not become ready within 60 s: /health answers 503";
    const [, , head, line] = fleetScreen(
      { ...STATE, instances: [status("quotes-1", { state: "unhealthy", reason })] },
      recentLines(),
      { width: 100, height: 40, paint: painter(false) },
    );
    expect(head).not.toContain("ADDRESS");
    expect(line).toContain("did not become ready within 60 s: /");
  });

  it("puts what fails first where not all services fit, and else keeps the order of the config", () => {
    const healthy = ["a", "b", "c"].map((name) => status(`${name}-1`));
    const instances = [...healthy, status("d-1", { state: "starting" }), FAILED];
    const namesAt = (height: number) =>
      fleetScreen({ ...STATE, instances }, recentLines(), { width: 100, height, paint: painter(false) })
        .slice(3, 8)
        .map((text) => text.split(" ")[0]);
    expect(namesAt(13)).toEqual(["a", "b", "c", "d", "rates"]);
    expect(namesAt(12)).toEqual(["rates", "d", "a", "b", "c"]);
  });

  it("gives a service the state of its worst instance", () => {
    const rows = serviceRows([status("a-1"), status("a-2", { state: "unhealthy", reason: "503" }), status("b-1")], []);
    expect(rows.map(({ service, state, ready, total, note }) => ({ service, state, ready, total, note }))).toEqual([
      { service: "a", state: "unhealthy", ready: 1, total: 2, note: "503" },
      { service: "b", state: "ready", ready: 1, total: 1, note: "" },
    ]);
  });

  it("is drawn four times a second, keeps the summary above, and stops drawing at the end", async () => {
    const ports = fakeCliPorts({ isTerminal: true, columns: 100 });
    const view = liveView(ports, { name: "tuition", realm: "local" });
    view.started("http://127.0.0.1:4400", []);
    view.changed(STATE.instances);
    view.rated(STATE.rates);
    await ports.clock.advance(250);
    view.settled({ tookMs: 250, services: 2, instances: STATE.instances, failed: [] });
    await ports.clock.advance(1_000);
    view.stopping(2);
    view.stopped(800);
    view.close();
    const seen = renderedLines(ports.out(), 100);
    expect(seen[0]).toBe("ready in 0.3 s: 2 services, 3 instances");
    expect(seen[1]).toContain("up 1 s");
    expect(seen.at(-1)).toBe("stopped in 0.8 s");
    expect(ports.clock.pending()).toBe(0);
    expect(ports.out().endsWith("\x1b[?25hstopped in 0.8 s\n")).toBe(true);
  });
});

describe("the plain view", () => {
  it("prints each change once, and a failing service's last lines with its failure", () => {
    const written: string[] = [];
    const view = plainView((text) => written.push(text));
    view.changed([status("rates-1", { state: "starting", address: null })]);
    view.changed([status("rates-1", { state: "starting", address: null })]);
    view.printed([line("rates-1", "no file\x1b[2J")]);
    view.changed([FAILED]);
    view.changed([FAILED]);
    view.printed([line("rates-1", "late words"), { ...line("rates-1", "restarting"), stream: "shoal" }]);
    view.changed([{ ...FAILED, reason: "exited with code 2" }]);
    view.rated({ services: [], warnings: ["disk full"], isReachable: true });
    view.rated({ services: [], warnings: ["disk full"], isReachable: true });
    expect(written).toEqual([
      "rates-1 starting",
      "rates-1 crash-loop: exited with code 1",
      "  rates-1 | no file",
      "  rates-1 | late words",
      "rates-1 crash-loop: exited with code 2",
      "warning: disk full",
    ]);
  });
});

describe("the JSON view", () => {
  it("tells of each change of an instance once", () => {
    const events: FleetEvent[] = [];
    const view = jsonView("tuition", (event) => events.push(event));
    view.changed([status("quotes-1")]);
    view.changed([status("quotes-1"), status("quotes-2")]);
    view.settled({ tookMs: 1.4, services: 1, instances: [], failed: [] });
    expect(events.map(({ event }) => event)).toEqual(["instance", "instance", "settled"]);
    expect(events[2]).toMatchObject({ tookMs: 1 });
  });
});
