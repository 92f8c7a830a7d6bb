// `npm run screenshots`: the pictures of the README and the guides, taken of the tuition fleet by a real browser.
// Needs Chromium (on Debian: apt-get install chromium) and takes about three minutes.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { type Browser, chromium, type Page } from "playwright-core";
import { buildDashboard, isDashboardBuilt } from "./dashboard-build.ts";

const root = resolve(import.meta.dirname, "..");
const pictures = join(root, "docs/screenshots");
const THEMES = ["light", "dark"] as const;
const SIZE = { width: 1_440, height: 900 };
/** Long enough for charts to have a shape, and for the bank to have been unreachable once. */
const FIRST_RUN_MS = 15_000;
const SECOND_RUN_MS = 45_000;
/** What a page may take until nothing on it is being loaded, on a busy machine. */
const LOAD_MS = 30_000;
/** And then, until what was loaded is drawn. */
const SETTLE_MS = 2_500;
/** Long enough for the lines of the last minute to have a shape. */
const LINES_MS = 20_000;

interface Picture {
  readonly name: string;
  /** Where it is; may look at the API first, such as for the newest trace. */
  readonly path: (control: string) => Promise<string> | string;
  readonly prepare?: (page: Page) => Promise<void>;
}

const PICTURES: readonly Picture[] = [
  { name: "services", path: () => "/", prepare: () => sleep(LINES_MS) },
  { name: "map", path: () => "/?view=map" },
  { name: "service", path: () => "/services/payments" },
  { name: "traces", path: () => "/traces" },
  { name: "trace", path: async (control) => `/traces/${await largestTrace(control)}` },
  { name: "logs", path: () => "/logs" },
  { name: "traffic", path: async (control) => `/traffic?id=${await newestExchange(control)}` },
  { name: "resilience", path: () => "/resilience?from=edge&to=quotes" },
  { name: "explorer", path: () => "/explorer?service=schools&operation=findSchools", prepare: sendRequest },
  { name: "runs", path: () => "/runs" },
];

/** So that the Explorer has a reply to show. */
async function sendRequest(page: Page): Promise<void> {
  await page.getByLabel("limit").fill("3");
  await page.getByRole("button", { name: "Send", exact: true }).click();
  await page.getByRole("tree", { name: "Reply body" }).waitFor();
  await page.getByRole("link", { name: "Open the trace" }).waitFor();
}

async function largestTrace(control: string): Promise<string> {
  const { traces } = await read<{ traces: { traceId: string; spans: number }[] }>(`${control}/api/v1/traces?limit=200`);
  const [largest] = traces.toSorted((left, right) => right.spans - left.spans);
  return largest?.traceId ?? "";
}

async function newestExchange(control: string): Promise<string> {
  const { exchanges } = await read<{ exchanges: { id: string }[] }>(
    `${control}/api/v1/exchanges?limit=200&side=client&method=POST`,
  );
  return exchanges[0]?.id ?? "";
}

async function read<Reply>(url: string): Promise<Reply> {
  const reply = await fetch(url);
  if (!reply.ok) throw new Error(`${url} answered ${reply.status}: ${await reply.text()}`);
  return (await reply.json()) as Reply;
}

/** The example without its state, so that the pictures show two runs and no more. */
function copyOfExample(): string {
  const folder = mkdtempSync(join(tmpdir(), "shoal-screenshots-"));
  cpSync(join(root, "examples/tuition"), folder, {
    recursive: true,
    filter: (path) => !/\/(node_modules|\.shoal)(\/|$)/.test(path),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

async function up(folder: string): Promise<{ readonly child: ChildProcess; readonly control: string }> {
  const shoal = join(root, "packages/shoal/bin/shoal.mjs");
  const child = spawn(process.execPath, ["-C", "shoal-source", shoal, "up", "--plain", "--control-port", "0"], {
    cwd: folder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  let control = "";
  for await (const line of createInterface({ input: child.stdout })) {
    if (control === "") control = /http:\/\/[\w.[\]]+:\d+/.exec(line)?.[0] ?? "";
    if (line.startsWith("ready in ")) break;
  }
  child.stdout.resume();
  if (control === "") throw new Error("the fleet did not start");
  return { child, control };
}

async function down(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGINT");
  await once(child, "exit");
}

/** A control plane that a busy machine has made late is restarted: for a moment nobody answers. */
async function opened(page: Page, url: string): Promise<void> {
  const untilMs = Date.now() + LOAD_MS;
  for (;;) {
    try {
      await page.goto(url, { waitUntil: "domcontentloaded" });
      return;
    } catch (error) {
      if (Date.now() > untilMs) throw error;
      await sleep(1_000);
    }
  }
}

/** The page has a title, and nothing on it is being loaded. */
async function loaded(page: Page): Promise<void> {
  await page.locator("h1").waitFor({ timeout: LOAD_MS });
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached", timeout: LOAD_MS });
}

/** What was asked for by `prepare` is there too: no spinner and no placeholder is in sight. */
async function nothingTurns(page: Page): Promise<void> {
  const turning = ".mantine-Loader-root, .mantine-Skeleton-root, [aria-busy=true]";
  await page.locator(turning).filter({ visible: true }).first().waitFor({ state: "detached", timeout: LOAD_MS });
}

async function take(browser: Browser, control: string, picture: Picture): Promise<void> {
  const path = await picture.path(control);
  for (const colorScheme of THEMES) {
    const page = await browser.newPage({ viewport: SIZE, colorScheme, reducedMotion: "reduce" });
    await opened(page, control + path);
    await loaded(page);
    await picture.prepare?.(page);
    await nothingTurns(page);
    await sleep(SETTLE_MS);
    await page.screenshot({ path: join(pictures, `${picture.name}-${colorScheme}.png`) });
    await page.close();
    process.stderr.write(`${picture.name} ${colorScheme}\n`);
  }
}

async function main(): Promise<void> {
  if (!isDashboardBuilt()) buildDashboard();
  const wanted = PICTURES.filter(({ name }) => process.argv.length < 3 || process.argv.includes(name));
  mkdirSync(pictures, { recursive: true });
  const folder = copyOfExample();
  let fleet = await up(folder);
  try {
    await sleep(FIRST_RUN_MS);
    await down(fleet.child);
    fleet = await up(folder);
    await sleep(SECOND_RUN_MS);
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox"] });
    try {
      for (const picture of wanted) await take(browser, fleet.control, picture);
    } finally {
      await browser.close();
    }
  } finally {
    await down(fleet.child);
    rmSync(folder, { recursive: true, force: true });
  }
}

await main();
