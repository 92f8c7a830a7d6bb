import type { CDPSession, Page } from "playwright-core";
import { atMost, median, type Result, say } from "../support/results.ts";
import { longestFrame } from "./frames.ts";
import { withSyntheticFleet } from "./synthetic.ts";

const SERVICES = 300;
const INSTANCES = 2_000;
/** How long frames are watched while the page is live, in ms. */
const LIVE_MS = 10_000;

/** Until the map is laid out and has come to rest, in ms. */
const MAP_READY_MS = 3_000;

/** One visit of the default view with an empty cache. */
interface Visit {
  /** From the navigation's start until the first services are painted. */
  readonly paintMs: number;
  /** As they came over the wire, headers and all; the stream of events until the first paint. */
  readonly transferredKb: number;
  /** Longest time between two frames while live: the table at rest and scrolled. */
  readonly frameMs: number;
  /** The same of the map, at rest, moved and zoomed. */
  readonly mapFrameMs: number;
}

/** The dashboard of a made-up fleet of 300 services and 2 000 instances, with everything changing each second. */
export async function measureDashboard(rounds: number): Promise<readonly Result[]> {
  const parameters = ["--services", String(SERVICES), "--instances", String(INSTANCES)];
  const visits = await withSyntheticFleet(parameters, async (visitor) => {
    const made: Visit[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const visit = { ...(await visitor(visitedTable)), mapFrameMs: await visitor(visitedMap) };
      made.push(visit);
      say(
        `dashboard, round ${round}: painted after ${visit.paintMs.toFixed(0)} ms, ${visit.transferredKb.toFixed(0)} KB, ` +
          `longest frame ${visit.frameMs.toFixed(0)} ms, of the map ${visit.mapFrameMs.toFixed(0)} ms`,
      );
    }
    return made;
  });
  const fleet = `${SERVICES} services, ${INSTANCES} instances`;
  return [
    atMost(`first useful paint of the dashboard, ${fleet}`, median(visits.map((one) => one.paintMs)), 1_500, "ms"),
    atMost("longest frame of its table while live", Math.max(...visits.map((one) => one.frameMs)), 100, "ms"),
    atMost("longest frame of its map while live", Math.max(...visits.map((one) => one.mapFrameMs)), 100, "ms"),
    atMost("transferred for its first view", median(visits.map((one) => one.transferredKb)), 700, "KB"),
  ];
}

async function visitedTable(page: Page, url: string): Promise<Omit<Visit, "mapFrameMs">> {
  const network = await page.context().newCDPSession(page);
  const bytes = await countedBytes(network);
  await page.addInitScript(watchFirstRow);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => "shoalPaintMs" in window, undefined, { polling: 50, timeout: 20_000 });
  const paintMs = await page.evaluate(() => Number((window as unknown as { shoalPaintMs: number }).shoalPaintMs));
  const transferredKb = bytes() / 1_000;
  const [frameMs] = await Promise.all([longestFrame(page, LIVE_MS), moved(page, 500)]);
  return { paintMs, transferredKb, frameMs };
}

async function visitedMap(page: Page, url: string): Promise<number> {
  await page.goto(`${url}/?view=map`);
  await page.locator(".react-flow__node").first().waitFor();
  await page.waitForTimeout(MAP_READY_MS);
  const [frameMs] = await Promise.all([longestFrame(page, LIVE_MS), moved(page, 120)]);
  return frameMs;
}

/** Turns the wheel there and back for nearly as long as frames are watched. */
async function moved(page: Page, by: number): Promise<void> {
  await page.mouse.move(700, 500);
  for (let step = 0; step < 40; step += 1) {
    await page.mouse.wheel(0, step % 20 < 10 ? by : -by);
    await page.waitForTimeout(LIVE_MS / 50);
  }
}

/** Bytes received so far, of all requests. */
async function countedBytes(network: CDPSession): Promise<() => number> {
  const received = new Map<string, number>();
  const add = (id: string, count: number) => received.set(id, (received.get(id) ?? 0) + count);
  await network.send("Network.enable");
  network.on("Network.dataReceived", ({ requestId, encodedDataLength }) => add(requestId, encodedDataLength));
  // The whole with its headers, once it is known.
  network.on("Network.loadingFinished", ({ requestId, encodedDataLength }) =>
    received.set(requestId, encodedDataLength),
  );
  return () => [...received.values()].reduce((sum, one) => sum + one, 0);
}

/** Runs in the page: notes when the first row of the table has been painted. */
function watchFirstRow(): void {
  const look = () => {
    if (document.querySelector("[role=row][data-index]") === null) return requestAnimationFrame(look);
    // The frame in which it is there is painted before the one after it begins.
    return requestAnimationFrame(() => Object.assign(window, { shoalPaintMs: performance.now() }));
  };
  look();
}
