import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect } from "vitest";
import { startTuition, type TuitionFleet } from "./tuition-fleet.ts";

export const THEMES = ["light", "dark"] as const;
type Theme = (typeof THEMES)[number];

/** Debian's. */
const CHROMIUM = "/usr/bin/chromium";
const START_MS = 120_000;
/** Generous, because the machine may be busy. */
const STEP_MS = 30_000;

/** The tuition fleet's dashboard in a browser, for the tests of one file. */
export interface Dashboard {
  /** Of the control plane; read it within a test. */
  readonly url: () => string;
  /**
   * Opens a path of the dashboard in a window of its own, closed after the test. Whatever it writes to the console as
   * an error, or throws, fails the test.
   */
  readonly openPage: (path: string, theme?: Theme, size?: Size) => Promise<Page>;
  /** Says that errors of the console that match are meant to be there, until the test's end. */
  readonly expectErrors: (pattern: RegExp) => void;
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * For the top of a test file: starts the fleet and the browser before its tests, and ends them after.
 * @param start Default: the tuition example.
 */
export function useDashboard(start: () => Promise<TuitionFleet> = startTuition): Dashboard {
  let fleet: TuitionFleet | undefined;
  let browser: Browser | undefined;
  const contexts: BrowserContext[] = [];
  const errors: string[] = [];
  const expected: RegExp[] = [];

  beforeAll(async () => {
    fleet = await start();
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  }, START_MS);
  afterEach(async () => {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    const patterns = expected.splice(0);
    const unexpected = errors.splice(0).filter((text) => !patterns.some((pattern) => pattern.test(text)));
    expect(unexpected, "errors in the browser's console").toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    await fleet?.[Symbol.asyncDispose]();
  }, START_MS);

  const url = () => fleet?.url ?? "";
  return {
    url,
    expectErrors: (pattern) => expected.push(pattern),
    async openPage(path, theme = "light", size = { width: 1_440, height: 900 }) {
      if (!browser) throw new Error("open pages within tests");
      const context = await browser.newContext({ colorScheme: theme, viewport: size, reducedMotion: "reduce" });
      contexts.push(context);
      const page = await context.newPage();
      page.setDefaultTimeout(STEP_MS);
      page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
      page.on("pageerror", (error) => errors.push(String(error)));
      await page.goto(url() + path, { waitUntil: "domcontentloaded" });
      return page;
    },
  };
}
