import { setTimeout as sleep } from "node:timers/promises";
import { serve, use } from "shoal";
import { driver } from "../contracts/driver.ts";
import { edge } from "../contracts/edge.ts";
import { loadDayRates } from "../lib/day-rates.ts";
import { every } from "../lib/every.ts";
import { createPacer } from "../lib/pacer.ts";
import { pick, somebody } from "../lib/people.ts";
import {
  codeOf,
  type KnownSchool,
  type KnownStudent,
  pickScenario,
  type Request,
  type Stage,
} from "../lib/scenarios.ts";
import { createTrafficStats } from "../lib/traffic-stats.ts";

const SUMMARY_MS = 10_000;
const STUDENTS_FIRST = 20;
const STUDENTS_MAX = 1_000;
/** Scenarios at once: more wait, so that a slow fleet is not buried under what it has not answered. */
const SCENARIOS_MAX = 200;

const random = Math.random;

export default serve(driver, () => {
  const stats = createTrafficStats();
  const pacer = createPacer(Number(process.env["RATE"] ?? 20));
  const market = loadDayRates();
  const api = use(edge);
  const schools: KnownSchool[] = [];
  const students: KnownStudent[] = [];
  let running = 0;
  let stopping = false;
  const stop = () => {
    stopping = true;
    pacer.setRate(0);
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);

  const request: Request = async (call, refusals = []) => {
    await pacer.next();
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
  const failed = (code: string, error: unknown, ms: number) => {
    if (stopping) return; // the fleet stops as a whole: what fails now fails because we all go
    const message = error instanceof Error ? error.message : String(error);
    stats.failed(code, message, ms);
    console.error(`unexpected: ${message}`);
  };
  const learnStudent = (student: KnownStudent) => {
    students[students.length < STUDENTS_MAX ? students.length : Math.floor(random() * STUDENTS_MAX)] = student;
  };
  const stage: Stage = {
    edge: api,
    random,
    request,
    pause: (ms) => sleep(ms, undefined, { ref: false }),
    school: () => pick(schools, random),
    perEuro: (currency) => Number(market.rate("EUR", currency)),
    student: () => pick(students, random),
    learnStudent,
    ended: stats.ended,
    wrong: (what) => failed("WRONG", new Error(what), 0),
  };

  /** The traffic begins when the edge answers; before that there is nobody to fail. */
  const prepare = async () => {
    for (const country of ["GB", "US", "DE", "JP", "KW", "CH", "CL", "IN", "SE", "AU", "KR", "ZA"]) {
      const { schools: found } = await api.findSchools({ query: { country, limit: 50 } });
      schools.push(...found);
    }
    while (students.length < STUDENTS_FIRST) {
      const { currency, ...person } = somebody(random);
      const { id } = await api.enrol({ body: person });
      students.push({ ...person, id, currency });
    }
  };
  const start = async () => {
    for (let ready = false; !ready; ) {
      ready =
        (await prepare().then(
          () => true,
          (error: unknown) => console.log(`waiting for the edge: ${codeOf(error)}`),
        )) === true;
      if (!ready) await sleep(500, undefined, { ref: false });
    }
    console.log(`traffic begins: ${pacer.rate()} requests/s`);
    every(SUMMARY_MS, () => console.log(stats.summary(SUMMARY_MS / 1_000)), console.error);
    for (;;) {
      await pacer.free();
      if (running >= SCENARIOS_MAX) continue;
      running += 1;
      void pickScenario(random)(stage)
        .catch((error: unknown) => failed("SCENARIO_THREW", error, 0))
        .finally(() => {
          running -= 1;
        });
    }
  };
  void start();

  return {
    getStats: () => ({ rate: pacer.rate(), ...stats.totals(), scenariosRunning: running }),
    setRate({ body }) {
      pacer.setRate(body.rate);
      return { rate: body.rate };
    },
  };
});
