import type { GaugeSeries, SeriesPoint } from "../../src/api/types.ts";
import type { SyntheticService } from "./fleet.ts";
import { redOf, waveOf } from "./rates.ts";

const INSTANCES_MAX = 8;

interface Series {
  readonly stepMs: number;
  readonly red: SeriesPoint[];
  readonly gauges: GaugeSeries[];
}

/** What a service did between two moments, in steps of five seconds or more. */
export function seriesOf(service: SyntheticService, fromMs: number, toMs: number, points: number): Series {
  const stepMs = Math.max(5_000, Math.ceil((toMs - fromMs) / points / 5_000) * 5_000);
  const times: number[] = [];
  for (let timeMs = Math.ceil(fromMs / stepMs) * stepMs; timeMs < toMs; timeMs += stepMs) times.push(timeMs);
  const gauges = service.instances.slice(0, INSTANCES_MAX).flatMap(({ instance }, index): GaugeSeries[] => {
    const gauge = (name: string, unit: string, value: (timeMs: number) => number): GaugeSeries => ({
      instance,
      name,
      unit,
      attributes: {},
      points: times.map((timeMs) => [timeMs, value(timeMs)]),
    });
    const wave = (timeMs: number) => waveOf(service, timeMs + index * 9_000);
    return [
      gauge("process.memory.usage", "By", (timeMs) => (60 + index * 4 + 12 * wave(timeMs)) * 1_048_576),
      gauge("process.cpu.time", "s", (timeMs) => (timeMs - fromMs) * 0.00008 * wave(fromMs)),
      gauge("nodejs.eventloop.delay.p99", "s", (timeMs) => 0.004 * wave(timeMs) ** 2),
      gauge("nodejs.eventloop.utilization", "1", (timeMs) => 0.12 * wave(timeMs)),
    ];
  });
  return { stepMs, red: times.map((timeMs) => ({ timeMs, ...redOf(service, timeMs) })), gauges };
}
