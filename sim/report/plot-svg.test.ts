import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { plotSvg } from "./plot-svg.ts";
import { scaleOf, tickText } from "./scale.ts";

describe("scaleOf", () => {
  it("holds every value between its ends, with a few round ticks", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 50 }), (values) => {
        const { place, ticks } = scaleOf(values, 0, 100);
        for (const one of values) {
          expect(place(one)).toBeGreaterThanOrEqual(-1e-6);
          expect(place(one)).toBeLessThanOrEqual(100 + 1e-6);
        }
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("writes ticks for people", () => {
    expect([0.1 + 0.2, 1_200, 0].map(tickText)).toEqual(["0.3", "1,200", "0"]);
  });
});

describe("plotSvg", () => {
  const plot = {
    name: "load",
    title: 'a < b & "c"',
    x: "seconds",
    y: "requests",
    lines: [
      {
        name: "with",
        points: [
          [0, 0],
          [1, 10],
        ] as const,
      },
      {
        name: "without",
        points: [
          [0, 5],
          [1, 50],
        ] as const,
      },
    ],
    trouble: { from: 0.2, to: 0.5, label: "the leaf is down" },
  };

  it("draws each line, the axes and the time of trouble, with its texts escaped", () => {
    const svg = plotSvg(plot);
    expect(svg.match(/<path /g)).toHaveLength(2);
    expect(svg).toContain("a &lt; b &amp; &quot;c&quot;");
    expect(svg).toContain("the leaf is down");
    expect(svg).not.toContain("NaN");
  });
});
