import { setTimeout as sleep } from "node:timers/promises";
import { loadDayRates } from "./day-rates.ts";
import { every } from "./every.ts";
import { createPacer } from "./pacer.ts";
import { pick, somebody } from "./people.ts";
import {
  codeOf,
  type KnownSchool,
  type KnownStudent,
  pickScenario,
  type Request,
  type Scenario,
  type Stage,
} from "./scenarios.ts";
import { createTrafficStats, type TrafficStats } from "./traffic-stats.ts";

const SUMMARY_MS = 10_000;
/** The traffic grows to its rate in as many seconds: nobody's customers all come in the second it opens. */
const RAMP_STEPS = 5;
/** Scenarios at once: more wait, so that a slow fleet is not buried under what it has not answered. */
const SCENARIOS_MAX = 200;
const STUDENTS_FIRST = 20;
const STUDENTS_MAX = 1_000;
/** Countries whose universities get the money: currencies with two decimals, none and three among them. */
const COUNTRIES = ["GB", "US", "DE", "JP", "KW", "CH", "CL", "IN", "SE", "AU", "KR", "ZA"];

/** Customers without end. */
export interface Traffic {
  /** Begins when the edge answers: before that there is nobody to fail. */
  readonly start: () => Promise<void>;
  readonly rate: () => number;
  /** Requests a second from now on; 0 pauses. */
  readonly setRate: (rate: number) => void;
  readonly stats: TrafficStats;
  /** Scenarios under way. */
  readonly running: () => number;
}

/**
 * @param rate Requests a second.
 * @param signal Ends it.
 */
export function createTraffic(edge: Stage["edge"], rate: number, signal: AbortSignal): Traffic {
  const stats = createTrafficStats();
  const pacer = createPacer(rate / RAMP_STEPS);
  const failed = (code: string, error: unknown, ms = 0) => {
    if (signal.aborted) return; // the fleet stops as a whole: what fails now fails because we all go
    const message = error instanceof Error ? error.message : String(error);
    stats.failed(code, message, ms);
    console.error(`unexpected: ${message}`);
  };
  const request = requestOf(pacer.next, stats, failed);
  const people = createPeople(edge);
  const stage: Stage = {
    ...people.cast,
    edge,
    request,
    random: Math.random,
    pause: (ms) => sleep(ms, undefined, { ref: false }),
    ended: stats.ended,
    wrong: (what) => failed("WRONG", new Error(what)),
  };
  let goal = rate;
  let running = 0;

  const play = async (scenario: Scenario) => {
    running += 1;
    try {
      await scenario(stage);
    } catch (error) {
      failed("SCENARIO_THREW", error);
    } finally {
      running -= 1;
    }
  };
  const ramp = async () => {
    for (let step = 1; step <= RAMP_STEPS && !signal.aborted; step += 1) {
      pacer.setRate((goal * step) / RAMP_STEPS);
      await stage.pause(1_000);
    }
  };

  return {
    stats,
    rate: () => goal,
    running: () => running,
    async start() {
      while (!(await people.gather()) && !signal.aborted) await stage.pause(500);
      console.log(`traffic begins: ${goal} requests/s`);
      const summarize = () => console.log(stats.summary(SUMMARY_MS / 1_000));
      every(SUMMARY_MS, summarize, { signal, failed: console.error });
      signal.addEventListener("abort", () => pacer.setRate(0), { once: true });
      void ramp();
      while (!signal.aborted) {
        await pacer.free();
        if (running < SCENARIOS_MAX) void play(pickScenario(Math.random));
      }
    },
    setRate(next) {
      goal = next;
      pacer.setRate(next);
    },
  };
}

/** Sends when it is time to, and counts each request once. */
function requestOf(
  turn: () => Promise<void>,
  stats: TrafficStats,
  failed: (code: string, error: unknown, ms: number) => void,
): Request {
  return async (call, refusals = []) => {
    await turn();
    const startMs = performance.now();
    try {
      const reply = await call();
      stats.succeeded(performance.now() - startMs);
      return reply;
    } catch (error) {
      const code = codeOf(error);
      const ms = performance.now() - startMs;
      if (refusals.includes(code)) stats.refused(code, ms);
      else failed(code, error, ms);
      return undefined;
    }
  };
}

/** Who pays, and who is paid. */
function createPeople(edge: Stage["edge"]) {
  const market = loadDayRates();
  const students: KnownStudent[] = [];
  let schools: KnownSchool[] = [];

  const learnStudent = (student: KnownStudent) => {
    const place = students.length < STUDENTS_MAX ? students.length : Math.floor(Math.random() * STUDENTS_MAX);
    students[place] = student;
  };
  const meet = async () => {
    const ask = (country: string) => edge.findSchools({ query: { country, limit: 50 } });
    schools = (await Promise.all(COUNTRIES.map(ask))).flatMap((found) => found.schools);
    while (students.length < STUDENTS_FIRST) {
      const { currency, ...person } = somebody(Math.random);
      const { id } = await edge.enrol({ body: person });
      learnStudent({ ...person, id, currency });
    }
  };
  return {
    cast: {
      school: () => pick(schools, Math.random),
      student: () => pick(students, Math.random),
      perEuro: (currency: string) => Number(market.rate("EUR", currency)),
      learnStudent,
    },
    /** False when the edge does not answer yet. */
    async gather(): Promise<boolean> {
      try {
        await meet();
        return true;
      } catch (error) {
        console.log(`waiting for the edge: ${codeOf(error)}`);
        return false;
      }
    },
  };
}
