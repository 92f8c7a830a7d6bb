import { expect, it } from "vitest";
import { createVirtualClock } from "../testing/virtual-clock.ts";
import { EDGE_EVENTS } from "./resilience.ts";
import { CALLEES_MAX, createResilienceMeter } from "./resilience-meter.ts";

const meterOf = () => createResilienceMeter(createVirtualClock());

it("counts each event of each callee, whoever counts it", () => {
  const meter = meterOf();
  const [first, second] = [meter.edge("quotes"), meter.edge("quotes")];
  first("call");
  second("call");
  second("fault");
  meter.edge("rates")("call");
  const counts = (callee: string) =>
    EDGE_EVENTS.flatMap((event, index) => {
      const count = meter.counted.edges.get(callee)?.[index] ?? 0;
      return count > 0 ? [[event, count]] : [];
    });
  expect(counts("quotes")).toEqual([
    ["call", 2],
    ["fault", 1],
  ]);
  expect(counts("rates")).toEqual([["call", 1]]);
  expect(meter.changes()).toBe(4);
});

it("keeps a bounded number of callees, and counts the rest together", () => {
  const meter = meterOf();
  for (let index = 0; index < CALLEES_MAX + 10; index += 1) meter.edge(`service-${index}`)("call");
  expect(meter.counted.edges.size).toBe(CALLEES_MAX + 1);
  expect(meter.counted.edges.get("other")?.[0]).toBe(10);
  meter.edge("service-0")("call");
  expect(meter.counted.edges.get("service-0")?.[0]).toBe(2);
});

it("tells when it began to count, not when it was made", async () => {
  const clock = createVirtualClock();
  const meter = createResilienceMeter(clock);
  const note = meter.edge("quotes");
  expect(meter.counted.startMs).toBe(0);
  await clock.advance(60_000);
  note("call");
  await clock.advance(60_000);
  note("call");
  expect(clock.wallMs() - meter.counted.startMs).toBe(60_000);
});

it("counts what was shed by criticality and reason", () => {
  const meter = meterOf();
  meter.shed("sheddable", "overload");
  meter.shed("sheddable", "overload");
  meter.shed("critical", "draining");
  expect(Object.fromEntries(meter.counted.shed)).toEqual({ "sheddable overload": 2, "critical draining": 1 });
});

it("takes a request that came in for news, whatever becomes of it", () => {
  const meter = meterOf();
  let runs = 0;
  meter.onNext(() => {
    runs += 1;
  });
  meter.asked();
  expect([meter.changes(), runs, meter.counted.shed.size]).toEqual([1, 1, 0]);
});

it("runs a task once, as the next thing is counted", () => {
  const meter = meterOf();
  let runs = 0;
  meter.onNext(() => {
    runs += 1;
  });
  expect(runs).toBe(0);
  meter.shed("default", "overload");
  meter.edge("quotes")("call");
  expect(runs).toBe(1);
});

it("asks for a state until that is taken back", () => {
  const meter = meterOf();
  const cancel = meter.watchAdmission(() => {
    throw new Error("not asked here");
  });
  expect(meter.counted.admissionReads.size).toBe(1);
  cancel();
  expect(meter.counted.admissionReads.size).toBe(0);
});
