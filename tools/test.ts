// `npm test [-- VITEST_ARGUMENT ...]`: builds the package, runs every test, ends with "N passed, N failed, N skipped".
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Programs that some tests need, and the Debian package that brings each. Kept in step with .ci/run by a test. */
export const NEEDED_PROGRAMS: Readonly<Record<string, string>> = {
  python3: "python3",
  curl: "curl",
  git: "git",
  chromium: "chromium",
  prometheus: "prometheus",
  promtool: "prometheus",
};

const root = join(import.meta.dirname, "..");

function missingPrograms(): string[] {
  return Object.entries(NEEDED_PROGRAMS)
    .filter(([program]) => spawnSync("sh", ["-c", `command -v ${program}`]).status !== 0)
    .map(([program, debian]) => `${program} (on Debian: apt-get install ${debian})`);
}

function run(parameters: readonly string[]): number {
  return spawnSync(process.execPath, parameters, { cwd: root, stdio: "inherit" }).status ?? 1;
}

function counts(file: string) {
  const report = JSON.parse(readFileSync(file, "utf8"));
  return {
    passed: report.numPassedTests as number,
    failed: (report.numFailedTests as number) + failedBeforeAnyTest(report),
    skipped: (report.numPendingTests as number) + (report.numTodoTests as number),
  };
}

/** A file that cannot be loaded has no failed test, only a failed suite. */
function failedBeforeAnyTest(report: { testResults: { status: string; assertionResults: unknown[] }[] }): number {
  return report.testResults.filter((file) => file.status === "failed" && file.assertionResults.length === 0).length;
}

function main(): number {
  const missing = missingPrograms();
  if (missing.length > 0) {
    process.stderr.write(`npm test needs programs that this machine lacks:\n  ${missing.join("\n  ")}\n`);
    return 1;
  }
  const built = run(["-C", "shoal-source", "tools/build.ts"]);
  if (built !== 0) return built;
  const folder = mkdtempSync(join(tmpdir(), "shoal-test-report-"));
  const report = join(folder, "report.json");
  const status = run([
    "node_modules/vitest/vitest.mjs",
    "run",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ]);
  const { passed, failed, skipped } = counts(report);
  rmSync(folder, { recursive: true });
  process.stdout.write(`${passed} passed, ${failed} failed, ${skipped} skipped\n`);
  return status !== 0 || failed > 0 ? 1 : 0;
}

process.exitCode = main();
