import type { Page } from "playwright-core";
import { atMost, median, type Result, say } from "../support/results.ts";
import { longestFrame } from "./frames.ts";
import { withSyntheticFleet } from "./synthetic.ts";

const LINES_PER_SECOND = 5_000;
/** How long frames are watched while the tail follows, and again while the reader scrolls, in ms. */
const WATCHED_MS = 10_000;
const SCROLLS = 40;
/** Until the page has its first lines and is compiled as far as it will be. */
const WARM_MS = 3_000;

/** One visit of the Logs page. */
interface Visit {
  /** Longest time between two frames, in ms. */
  readonly followingMs: number;
  readonly scrollingMs: number;
  /** Median time from when a line was written until it was the last on the screen, in ms. */
  readonly behindMs: number;
  /** Of all moves of the page that nobody asked for, as browsers score them (web.dev/cls); 0 is none. */
  readonly shift: number;
}

/** The live tail of a made-up fleet that writes 5,000 lines a second: while it follows, and while it is read. */
export async function measureLogs(rounds: number): Promise<readonly Result[]> {
  const visits = await withSyntheticFleet(["--lines", String(LINES_PER_SECOND)], async (visitor) => {
    const made: Visit[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const visit = await visitor(visited);
      made.push(visit);
      say(
        `logs, round ${round}: longest frame ${visit.followingMs.toFixed(0)} ms following, ` +
          `${visit.scrollingMs.toFixed(0)} ms scrolled, ${visit.behindMs.toFixed(0)} ms behind, shift ${visit.shift.toFixed(3)}`,
      );
    }
    return made;
  });
  const fleet = `${LINES_PER_SECOND} lines a second`;
  return [
    atMost(`longest frame of the live tail, ${fleet}`, Math.max(...visits.map((one) => one.followingMs)), 100, "ms"),
    atMost("longest frame while it is scrolled", Math.max(...visits.map((one) => one.scrollingMs)), 100, "ms"),
    atMost("the last line on screen behind now", median(visits.map((one) => one.behindMs)), 1_000, "ms"),
    atMost("layout shift of the live tail", Math.max(...visits.map((one) => one.shift)), 0.01, "CLS"),
  ];
}

async function visited(page: Page, url: string): Promise<Visit> {
  await page.goto(`${url}/logs`);
  await page.locator("[data-seq]").first().waitFor();
  await page.waitForTimeout(WARM_MS);
  await page.evaluate(watchShifts);
  const [followingMs, behindMs] = await Promise.all([
    longestFrame(page, WATCHED_MS),
    page.evaluate(behind, WATCHED_MS),
  ]);
  const [scrollingMs] = await Promise.all([longestFrame(page, WATCHED_MS), scrolled(page)]);
  const shift = await page.evaluate(() => Number((window as unknown as { shoalShift: number }).shoalShift));
  return { followingMs, behindMs, scrollingMs, shift };
}

/** Up through the lines, back to now, and again. */
async function scrolled(page: Page): Promise<void> {
  await page.mouse.move(700, 500);
  for (let step = 0; step < SCROLLS; step += 1) {
    await page.mouse.wheel(0, step % 20 < 10 ? -1_500 : 2_500);
    await page.waitForTimeout(WATCHED_MS / (SCROLLS * 1.25));
  }
}

/** Runs in the page: adds up how far things have moved by themselves. */
function watchShifts(): void {
  Object.assign(window, { shoalShift: 0 });
  new PerformanceObserver((list) => {
    const scores = list.getEntries() as unknown as readonly {
      readonly value: number;
      readonly hadRecentInput: boolean;
    }[];
    for (const { value, hadRecentInput } of scores) {
      if (!hadRecentInput) (window as unknown as { shoalShift: number }).shoalShift += value;
    }
  }).observe({ type: "layout-shift" });
}

/** Runs in the page: how old the last line is in the moment in which it is first seen, in ms; the median of all that were last. */
function behind(forMs: number): Promise<number> {
  return new Promise((done) => {
    const ages: number[] = [];
    const endMs = performance.now() + forMs;
    let before = "";
    const look = () => {
      const last = [...document.querySelectorAll<HTMLElement>("[data-seq]")].at(-1);
      const [, hour, minute, second] = /(\d\d):(\d\d):(\d\d\.\d{3})/.exec(last?.textContent ?? "") ?? [];
      const seq = last?.dataset["seq"] ?? "";
      if (seq !== before && second !== undefined) {
        const now = new Date();
        const written = new Date(now).setHours(Number(hour), Number(minute), 0, 0) + Number(second) * 1_000;
        ages.push(now.getTime() - written);
      }
      before = seq;
      if (performance.now() < endMs) return requestAnimationFrame(look);
      ages.sort((left, right) => left - right);
      return done(ages[Math.floor(ages.length / 2)] ?? Number.NaN);
    };
    look();
  });
}
