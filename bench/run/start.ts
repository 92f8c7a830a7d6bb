import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { makeFleet, ps, up } from "../support/fleets.ts";
import { end, pssMib, startUntil } from "../support/processes.ts";
import { atMost, median, type Result, say } from "../support/results.ts";

const SERVICES = 40;
/** What a process loads after it is ready counts as its memory too. */
const SETTLE_MS = 2_000;

/** What Node itself takes to serve one route, written as one writes it today: the measure of ours. */
const BARE = `import { createServer } from "node:http";

const server = createServer((request, response) => response.end(JSON.stringify({ greeting: "hello" })));
server.listen(0, "127.0.0.1", () => console.log(\`listening \${server.address().port}\`));
`;
/** The same in CommonJS: Node then leaves out its built-in fetch. Measured beside the others, and not the bar's measure. */
const BARE_COMMONJS = BARE.replace(
  'import { createServer } from "node:http"',
  'const { createServer } = require("node:http")',
);

/** Time to ready and memory of 40 contract services, against 40 bare processes started in the same rounds. */
export async function measureStart(rounds: number): Promise<readonly Result[]> {
  const fleet = makeFleet(Object.fromEntries(Array.from({ length: SERVICES }, (_, index) => [`service-${index}`, 1])));
  const bareFolder = mkdtempSync(join(tmpdir(), "shoal-bench-"));
  writeFileSync(join(bareFolder, "bare.mjs"), BARE);
  writeFileSync(join(bareFolder, "bare.cjs"), BARE_COMMONJS);
  const startRatios: number[] = [];
  const memoryRatios: number[] = [];
  try {
    // Fills the compile cache: every start but a fleet's very first is what is measured.
    await end((await up(fleet.folder)).child, "SIGINT");
    for (let round = 1; round <= rounds; round += 1) {
      const bare = await bareRound(bareFolder, "bare.mjs");
      const ours = await shoalRound(fleet.folder);
      startRatios.push(ours.tookMs / bare.tookMs);
      memoryRatios.push(ours.mib / bare.mib);
      const commonJs = await bareRound(bareFolder, "bare.cjs");
      say(
        `start, round ${round}: bare ${describe(bare)}; in CommonJS ${describe(commonJs)}; shoal up ${describe(ours)}`,
      );
    }
  } finally {
    fleet.remove();
    rmSync(bareFolder, { recursive: true, force: true });
  }
  return [
    atMost(`${SERVICES} services ready, vs bare node:http processes`, median(startRatios), 2.2, "x"),
    atMost("memory (PSS) of a contract service, vs a bare process", median(memoryRatios), 1.6, "x"),
  ];
}

interface Round {
  readonly tookMs: number;
  readonly mib: number;
}

async function bareRound(folder: string, file: string): Promise<Round> {
  const startedMs = performance.now();
  const bare = await Promise.all(
    Array.from({ length: SERVICES }, () => startUntil(process.execPath, [file], { cwd: folder, line: /^listening/ })),
  );
  const tookMs = performance.now() - startedMs;
  await sleep(SETTLE_MS);
  const mib = median(bare.map(({ child }) => pssMib(child.pid ?? 0)));
  await Promise.all(bare.map(({ child }) => end(child, "SIGKILL")));
  return { tookMs, mib };
}

async function shoalRound(folder: string): Promise<Round> {
  const { child, tookMs } = await up(folder);
  await sleep(SETTLE_MS);
  const mib = median(ps(folder).map(({ pid }) => pssMib(pid)));
  await end(child, "SIGINT");
  return { tookMs, mib };
}

function describe({ tookMs, mib }: Round): string {
  return `${tookMs.toFixed(0)} ms, ${mib.toFixed(1)} MiB each`;
}
