import { join, resolve } from "node:path";
import { type Browser, type CDPSession, chromium, type Page } from "playwright-core";
import { end, startUntil } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";
import { longestFrame } from "./frames.ts";

const root = resolve(import.meta.dirname, "../..");
const SYNTHETIC = join(root, "web/dev/synthetic-control.ts");
const SERVICES = 300;
const INSTANCES = 2_000;
/** How long frames are watched while the page is live, in ms. */
const LIVE_MS = 10_000;

/** One visit of the default view with an empty cache. */
interface Visit {
  /** From the navigation's start until the first services are painted. */
  readonly paintMs: number;
  /** As they came over the wire, headers and all; the stream of events until the first paint. */
  readonly transferredKb: number;
  /** Longest time between two frames while live: the table at rest and scrolled. */
  readonly frameMs: number;
}

/**
 * The dashboard of a made-up fleet of 300 services and 2 000 instances, with everything changing each second. The
 * control plane is imitated, so that only the browser's side is measured.
 */
export async function measureDashboard(rounds: number): Promise<readonly Result[]> {
  const parameters = [SYNTHETIC, "--services", String(SERVICES), "--instances", String(INSTANCES)];
  const { child, match } = await startUntil(process.execPath, parameters, { cwd: root, line: /http:\S+/ });
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
  try {
    const visits: Visit[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      const visit = await visited(browser, match[0]);
      visits.push(visit);
      say(
        `dashboard, round ${round}: painted after ${visit.paintMs.toFixed(0)} ms, ` +
          `${visit.transferredKb.toFixed(0)} KB, longest frame ${visit.frameMs.toFixed(0)} ms`,
      );
    }
    const fleet = `${SERVICES} services, ${INSTANCES} instances`;
    return [
      atMost(`first useful paint of the dashboard, ${fleet}`, median(visits.map((one) => one.paintMs)), 1_500, "ms"),
      atMost("longest frame of its table while live", Math.max(...visits.map((one) => one.frameMs)), 100, "ms"),
      atMost("transferred for its first view", median(visits.map((one) => one.transferredKb)), 700, "KB"),
    ];
  } finally {
    await browser.close();
    await end(child, "SIGTERM");
  }
}

async function visited(browser: Browser, url: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  const network = await page.context().newCDPSession(page);
  const bytes = await countedBytes(network);
  await page.addInitScript(watchFirstRow);
  await page.goto(url, { waitUntil: "commit" });
  await page.waitForFunction(() => "shoalPaintMs" in window, undefined, { polling: 50, timeout: 20_000 });
  const paintMs = await page.evaluate(() => Number((window as unknown as { shoalPaintMs: number }).shoalPaintMs));
  const transferredKb = bytes() / 1_000;
  const frameMs = await longestOfTable(page);
  await context.close();
  return { paintMs, transferredKb, frameMs };
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

/** The table at rest, then scrolled through, while everything in it changes. */
async function longestOfTable(page: Page): Promise<number> {
  const watched = longestFrame(page, LIVE_MS);
  await page.mouse.move(700, 500);
  for (let step = 0; step < 40; step += 1) {
    await page.mouse.wheel(0, step % 20 < 10 ? 500 : -500);
    await page.waitForTimeout(LIVE_MS / 50);
  }
  return watched;
}
